using PetBreeds.Evaluation;

namespace PetBreeds.Reports.Html;

/// <summary>The first screen: one number, its interval, and what stands out.</summary>
internal static class SummarySection
{
    private const double WellCalibrated = .03;
    private const int FewPhotos = 10;

    public static Markup Draw(ReportData data)
    {
        var result = data.Result;
        var (low, high) = (1 - result.ErrorInterval.High, 1 - result.ErrorInterval.Low);
        return Markup.Of($"""
            <div class="hero"><div class="headline">{100 * result.Accuracy:0.0}<small>%</small></div>
            <p><b>of {Wording.Photos(result.Photos)} it was not trained on were classified correctly.</b><br>
            <span class="soft">{result.Photos - result.Right} were classified wrongly: error {Wording.Share(result.Error)}. There are
            {result.Classes.Count} classes; guessing would be right
            {Wording.Share(1.0 / result.Classes.Count)} of the time.</span></p></div>
            {Interval(result.Accuracy, low, high)}
            <p class="soft">On other photos of this kind, expect {Wording.Share(low)} to {Wording.Share(high)} (95% confidence).
            One photo is {100.0 / result.Photos:0.00} points: runs that differ by less than a few points may be equally good.</p>
            {Tiles(data)}
            <h3>In short</h3>
            <ul class="points">{Markup.Join(Points(data).Select(point => Markup.Of($"<li>{point}</li>\n")))}</ul>

            """);
    }

    /// <summary>From 0 to 100%, with the interval as a band and the accuracy as a line.</summary>
    private static Markup Interval(double accuracy, double low, double high) => Markup.Of($"""
        <div class="interval"><svg viewBox="0 0 1000 16" preserveAspectRatio="none" style="height:16px" role="img"
        aria-label="accuracy {Wording.Share(accuracy)}, 95% interval {Wording.Share(low)} to {Wording.Share(high)}">
        <rect y="5" width="1000" height="6" rx="3" style="fill:var(--track)"/>
        <rect x="{1000 * low:0.#}" y="5" width="{Math.Max(4, 1000 * (high - low)):0.#}" height="6" style="fill:var(--right);opacity:.45"/>
        <rect x="{Math.Clamp(1000 * accuracy - 2, 0, 996):0.#}" width="4" height="16" style="fill:var(--right)"/></svg>
        <div class="ends"><span>0%</span><span>100%</span></div></div>
        """);

    private static Markup Tiles(ReportData data)
    {
        var result = data.Result;
        var seconds = data.History.Sum(epoch => double.IsFinite(epoch.Seconds) ? epoch.Seconds : 0);
        return Markup.Of($"""
            <div class="tiles">
            {Markup.If(result.Classes.Count > 5, () =>
                Tile(Wording.Share(result.TopFiveAccuracy), "top-5 accuracy: the right class is among its first five"))}
            {Tile(Wording.Share(result.MeanClassAccuracy), "mean accuracy over classes, each weighted equally")}
            {Tile($"{result.MacroF1:0.000}", "macro F1: precision and recall in one, mean over classes; 1 is perfect")}
            {Tile($"{result.LogLoss:0.000}", "log loss: lower is better, 0 is perfect")}
            {Tile($"{100 * result.Calibration.Error:0.0}", "points of calibration error: how far its confidence is off on average")}
            {Markup.If(data.History.Count > 0, () => Tile(Wording.Duration(seconds), Training(data)))}
            </div>
            """);
    }

    private static string Training(ReportData data) => data.History.Count(epoch => !epoch.IsSolved) switch
    {
        0 => $"solving the head of a {data.Config.Architecture.Name}",
        1 => $"training, 1 epoch of {data.Config.Architecture.Name}",
        var epochs => $"training, {epochs} epochs of {data.Config.Architecture.Name}",
    };

    private static Markup Tile(string number, string text) =>
        Markup.Of($"""<div class="tile"><b>{number}</b><span>{text}</span></div>""");

    private static IEnumerable<Markup> Points(ReportData data)
    {
        var result = data.Result;
        if (data.Data is { } learned)
            yield return Markup.Of($"It was trained on {Wording.Photos(learned.Classes.Sum(row => row.Train))}. {Link("data", "Data")}");
        if (result.MostConfused is [var pair, ..])
            yield return Markup.Of($"Its most frequent mistake: <b>{Wording.Class(data.ClassName(pair.Actual))}</b> predicted as "
                + $"<b>{Wording.Class(data.ClassName(pair.Predicted))}</b> ({Wording.Photos(pair.Count)}). {Link("confused", "See them")}");
        else
            yield return Markup.Of($"It made no mistakes on these photos.");
        var known = result.PerClass.Where(row => row.Support > 0)
            .OrderBy(row => row.Recall).ThenBy(row => row.Name, StringComparer.Ordinal).ToArray();
        if (known.Length > 1 && known[0].Recall < known[^1].Recall)
            yield return Markup.Of($"Hardest class: <b>{Wording.Class(known[0].Name)}</b>, {Wording.Share(known[0].Recall)} "
                + $"of its photos found. Easiest: <b>{Wording.Class(known[^1].Name)}</b>, {Wording.Share(known[^1].Recall)}. "
                + $"{Link("classes", "All classes")}");
        yield return Certainty(data);
        if (data.History is [{ IsSolved: true } solved, .., var end])
            yield return Markup.Of($"The solved head misclassified {Wording.Share(solved.Error)} (loss {solved.ValidLoss:0.000}); "
                + $"fine-tuning ended at {Wording.Share(end.Error)} (loss {end.ValidLoss:0.000})"
                + $"{(KeptSolved(data) ? ", so the solved head was kept" : "")}. {Link("training", "Curves")}");
        if (Trend(data) is { } trend)
            yield return Markup.Of($"{trend} {Link("training", "Curves")}");
        if (known.Count(row => row.Support < FewPhotos) is > 0 and var few)
            yield return Markup.Of($"{few} of the classes were evaluated on fewer than {FewPhotos} photos each: "
                + $"their individual numbers are unreliable.");
        if (DataSection.Warnings(data) is > 0 and var warnings)
            yield return Markup.Of($"The data has {warnings} {(warnings == 1 ? "warning" : "warnings")}. {Link("data", "Read them")}");
    }

    private static Markup Link(string section, string text) => Markup.Of($"""<a href="#{section}">{text}</a>""");

    private static bool KeptSolved(ReportData data) => data.Card.Provenance.GetValueOrDefault("epochs") == "0";

    private static Markup Certainty(ReportData data)
    {
        var error = data.Result.Calibration.Error;
        return error <= WellCalibrated
            ? Markup.Of($"Its probabilities can be trusted: off by {100 * error:0.0} points on average. {Link("certainty", "Confidence")}")
            : Markup.Of($"Its probabilities are off by {100 * error:0.0} points on average{ConfidentAnswers(data.Result.Calibration)}. "
                + $"{Link("certainty", "Confidence")}");
    }

    /// <summary>How good the most confident answers are, if there are enough of them.</summary>
    private static string ConfidentAnswers(CalibrationBins calibration)
    {
        var sure = calibration.Bins.Where(bin => bin.Low >= .8 && bin.Photos > 0).ToArray();
        var photos = sure.Sum(bin => bin.Photos);
        if (photos < 2 * FewPhotos)
            return "";
        var confidence = sure.Sum(bin => bin.Confidence * bin.Photos) / photos;
        var accuracy = sure.Sum(bin => bin.Accuracy * bin.Photos) / photos;
        return $"; of the answers above 80% confidence ({Wording.Photos(photos)}, {Wording.Share(confidence)} on average), "
            + $"{Wording.Share(accuracy)} are right";
    }

    /// <summary>What the last epochs show; null if nothing clear.</summary>
    private static string? Trend(ReportData data)
    {
        var losses = KeptSolved(data) ? [] : data.History.Select(epoch => epoch.ValidLoss).ToArray();
        if (losses.Length < 3 || !losses.All(double.IsFinite))
            return null;
        var (last, before, best) = (losses[^1], losses[^2], losses.Min());
        if (last < .97 * before || data.History[^1].Error < data.History[^2].Error - .02)
            return "It was still improving in the last epoch: more epochs (--epochs) may help.";
        return last > 1.03 * best
            ? $"The loss was lowest in epoch {data.History[Array.IndexOf(losses, best)].Epoch} and rose afterwards: "
                + "shorter training or more photos may help."
            : null;
    }
}
