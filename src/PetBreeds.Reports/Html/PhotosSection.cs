using PetBreeds.Evaluation;

namespace PetBreeds.Reports.Html;

/// <summary>Mistakes as photos: confused pairs, and the highest losses with where the network looked.</summary>
internal static class PhotosSection
{
    private const int Pairs = 6;

    /// <summary>The pairs with the most mistakes; each pair appears once, in its more frequent direction.</summary>
    public static IEnumerable<ConfusedPair> Shown(SplitEvaluation result) => result.MostConfused
        .DistinctBy(pair => (Math.Min(pair.Actual, pair.Predicted), Math.Max(pair.Actual, pair.Predicted))).Take(Pairs);

    public static Markup Confused(ReportData data)
    {
        var pairs = Shown(data.Result).ToArray();
        return pairs.Length == 0 ? Markup.None : Markup.Of($"""
            <section id="confused"><h2>Most frequent mistakes</h2>
            <p class="lead">For each pair: misclassified photos, then one confident and correct prediction for each of the two classes.</p>
            <div class="pairs">{Markup.Join(pairs.Select(pair => Pair(data, pair)))}</div></section>

            """);
    }

    public static Markup TopLosses(ReportData data) => Markup.Of($"""
        <section id="losses"><h2>Hardest photos</h2>
        <p class="lead">The photos with the highest loss: confidently wrong, or far off the right class.
        Wrong labels and unclear photos show up here first.
        On the right, where the network looked: bright areas drove its prediction (Grad-CAM on the last block).</p>
        <div class="losses">{Markup.Join(data.Result.TopLosses.Select(photo => Loss(data, photo)))}</div></section>

        """);

    private static Markup Pair(ReportData data, ConfusedPair pair)
    {
        var (actual, predicted) = (Wording.Class(data.ClassName(pair.Actual)), Wording.Class(data.ClassName(pair.Predicted)));
        var back = data.Result.Counts[pair.Predicted, pair.Actual];
        var reverse = back > 0 ? $" (and {back} × the other way)" : "";
        Markup Caption(PhotoResult photo) =>
            Markup.Of($"""<span class="tag no">{actual}</span>, predicted {predicted} {Wording.Probability(photo.Probability)}""");
        return Markup.Of($"""
            <div class="pair"><h3>{pair.Count} × {actual} predicted as {predicted}{reverse}</h3><div class="strip">
            {Markup.Join(pair.Examples.Select(photo => Photo(data, photo, Caption(photo))))}
            {Typical(data, pair.Actual)}{Typical(data, pair.Predicted)}
            </div></div>

            """);
    }

    private static Markup Typical(ReportData data, int label) => data.Result.Typical[label] is not { } photo ? Markup.None :
        Photo(data, photo, Markup.Of($"""
            <span class="tag ok">{Wording.Class(data.ClassName(label))}</span>, correct {Wording.Probability(photo.Probability)}
            """));

    private static Markup Photo(ReportData data, PhotoResult photo, Markup caption) =>
        !data.Pictures.TryGetValue(photo.Path, out var picture) ? Markup.None : Markup.Of($"""
            <figure>{Image(ReportPicture.DataUri(picture.Photo), photo.Name)}<figcaption>{caption}</figcaption></figure>
            """);

    private static Markup Loss(ReportData data, PhotoResult photo)
    {
        var pictures = data.Pictures.TryGetValue(photo.Path, out var picture)
            ? Markup.Of($"""
                <div class="two">{Image(ReportPicture.DataUri(picture.Photo), photo.Name)}
                {Image(ReportPicture.DataUri(picture.Overlay), "where the network looked")}</div>
                """)
            : Markup.None;
        return Markup.Of($"""
            <div class="loss">{pictures}<div class="said">
            <span class="soft">predicted</span>
            <span class="tag {(photo.Right ? "ok" : "no")}">{Wording.Class(data.ClassName(photo.Predicted))}</span>
            <span class="p">{Wording.Probability(photo.Probability)}</span>
            <span class="soft">label</span><span>{Wording.Class(data.ClassName(photo.Actual))}</span>
            <span class="p">{Wording.Probability(photo.ActualProbability)}</span></div>
            <div class="file">loss {photo.Loss:0.00} · {photo.Name.Replace("../", "")}</div></div>

            """);
    }

    private static Markup Image(string uri, string text) => Markup.Of($"""<img loading="lazy" src="{uri}" alt="{text}" title="{text}">""");
}
