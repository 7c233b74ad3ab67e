using PetBreeds.Catalog.Verification;
using PetBreeds.Runs;

namespace PetBreeds.Reports.Html;

/// <summary>The training data, an augmented batch, and problems with the data.</summary>
internal static class DataSection
{
    private const int Named = 8;

    /// <summary>The number of warnings shown.</summary>
    public static int Warnings(ReportData data) => Notices(data).Count();

    public static Markup Draw(ReportData data) => Markup.Of($"""
        <section id="data"><h2>What it was trained on</h2>
        {Markup.If(data.Data is not null, () => Counts(data.Data!))}
        {Markup.Join(Notices(data))}{Unverified(data)}
        {Markup.If(data.Batch is not null, () => Batch(data.Batch!))}
        </section>

        """);

    private static Markup Batch(string picture) => Markup.Of($"""
        <h3>Training photos as the network sees them</h3>
        <p class="soft">Rotated, cropped, mirrored, made brighter or darker, differently in every epoch,
        so that the network learns classes rather than single photos.</p>
        <div class="batch"><img loading="lazy" alt="a batch of augmented training photos" src="{picture}"></div>
        """);

    private static Markup Counts(RunData data)
    {
        if (data.Classes.Count == 0)
            return Markup.None;
        var (smallest, largest) = (data.Classes.MinBy(row => row.Train)!, data.Classes.MaxBy(row => row.Train)!);
        var test = data.Classes.Sum(row => row.Test);
        return Markup.Of($"""
            <p class="lead">{Wording.Photos(data.Classes.Sum(row => row.Train))} for training, {data.Classes.Sum(row => row.Valid)} for
            validation{(test > 0 ? $", {test} for testing" : "")}, {data.Classes.Count} classes. Labels: {data.Labels}. Split: {data.Split}.
            Training photos per class: {smallest.Train} ({Wording.Class(smallest.Name)}) to
            {largest.Train} ({Wording.Class(largest.Name)}).</p>
            """);
    }

    private static IEnumerable<Markup> Notices(ReportData data)
    {
        if (data.Data is { Bad.Count: > 0 } bad)
            yield return Notice($"{Wording.Photos(bad.Bad.Count)} could not be decoded and were skipped", Names(bad.Bad));
        if (data.Unreadable.Count > 0)
            yield return Notice($"{Wording.Photos(data.Unreadable.Count)} could not be read for this report", Names(data.Unreadable));
        foreach (var passed in data.Data?.LeftOut ?? [])
            yield return Notice($"{passed.Count} {(passed.Count == 1 ? "file" : "files")} left out: {passed.Reason}",
                [$"such as {passed.Example}"]);
        var findings = data.Verification?.Findings.Where(finding => finding.Kind != FindingKind.LeftOut) ?? [];
        foreach (var kind in findings.GroupBy(finding => finding.Kind))
            yield return Notice(
                $"{kind.Key.Title} ({kind.Count()}){(kind.Key.Severity == Severity.Harmful ? ": would harm training" : "")}",
                kind.Select(finding => $"{string.Join(", ", finding.Photos)} – {finding.Detail}"));
    }

    private static IEnumerable<string> Names(IEnumerable<RunBadPhoto> photos) => photos.Select(photo => $"{photo.Name} ({photo.Reason})");

    /// <summary>What to say if verification was not requested or found nothing.</summary>
    private static Markup Unverified(ReportData data) => data.Verification is null
        ? Markup.Of($"""
            <p class="soft"><code>petbreeds data verify</code> looks for copies of photos in both splits, wrong formats and the like;
            <code>petbreeds report RUN --verify</code> shows its findings here.</p>
            """)
        : Markup.If(!data.Verification.Findings.Any(), () =>
            Markup.Of($"<p>Verification found no problems: no broken files, no copies, no wrong formats.</p>"));

    private static Markup Notice(string title, IEnumerable<string> items)
    {
        var all = items.ToArray();
        var more = all.Length > Named ? $"; and {all.Length - Named} more" : "";
        return Markup.Of($"""
            <div class="notice"><b>{title}</b><br><span class="soft">{string.Join("; ", all.Take(Named))}{more}</span></div>

            """);
    }
}
