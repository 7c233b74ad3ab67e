using PetBreeds.Catalog.Verification;
using PetBreeds.Runs;

namespace PetBreeds.Reports.Html;

/// <summary>What it learned from, an augmented batch, and what is wrong with the data.</summary>
internal static class DataSection
{
    private const int Named = 8;

    /// <summary>Kinds of warnings shown.</summary>
    public static int Warnings(ReportData data) => Notices(data).Count();

    public static Markup Draw(ReportData data) => Markup.Of($"""
        <section id="data"><h2>What it was trained on</h2>
        {Markup.If(data.Data is not null, () => Counts(data.Data!))}
        {Markup.Join(Notices(data))}{Unasked(data)}
        {Markup.If(data.Batch is not null, () => Markup.Of($"<h3>Training photos as the network sees them</h3><p class=\"soft\">Rotated, cropped, mirrored, brighter or darker: every epoch differs, so that it learns classes rather than single photos.</p><div class=\"batch\"><img loading=\"lazy\" alt=\"a batch of augmented training photos\" src=\"{data.Batch}\"></div>"))}
        </section>

        """);

    private static Markup Counts(RunData data)
    {
        if (data.Classes.Count == 0)
            return Markup.None;
        var (smallest, largest) = (data.Classes.MinBy(row => row.Train)!, data.Classes.MaxBy(row => row.Train)!);
        return Markup.Of($"""
            <p class="lead">{Wording.Photos(data.Classes.Sum(row => row.Train))} for training, {data.Classes.Sum(row => row.Valid)} for validation{(data.Classes.Sum(row => row.Test) is > 0 and var test ? $", {test} for testing" : "")}, {data.Classes.Count} classes.
            Labels: {data.Labels}. Split: {data.Split}. Training photos per class: {smallest.Train} ({Wording.Class(smallest.Name)}) to {largest.Train} ({Wording.Class(largest.Name)}).</p>
            """);
    }

    private static IEnumerable<Markup> Notices(ReportData data)
    {
        if (data.Data is { Bad.Count: > 0 } bad)
            yield return Notice($"{Wording.Photos(bad.Bad.Count)} could not be decoded and were skipped", bad.Bad.Select(photo => $"{photo.Name} ({photo.Reason})"));
        if (data.Unreadable.Count > 0)
            yield return Notice($"{Wording.Photos(data.Unreadable.Count)} could not be read for this report", data.Unreadable.Select(photo => $"{photo.Name} ({photo.Reason})"));
        foreach (var passed in data.Data?.LeftOut ?? [])
            yield return Notice($"{passed.Count} {(passed.Count == 1 ? "file" : "files")} left out: {passed.Reason}", [$"such as {passed.Example}"]);
        foreach (var kind in data.Verification?.Findings.Where(finding => finding.Kind != FindingKind.LeftOut).GroupBy(finding => finding.Kind) ?? [])
            yield return Notice($"{kind.Key.Title} ({kind.Count()}){(kind.Key.Severity == Severity.Harmful ? ": would harm training" : "")}",
                kind.Select(finding => $"{string.Join(", ", finding.Photos)} – {finding.Detail}"));
    }

    private static Markup Unasked(ReportData data) => data.Verification is null
        ? Markup.Of($"""<p class="soft"><code>petbreeds data verify</code> looks for copies of photos in both splits, wrong formats and the like; <code>petbreeds report RUN --verify</code> shows its findings here.</p>""")
        : Markup.If(!data.Verification.Findings.Any(), () => Markup.Of($"<p>Verification found nothing: no broken files, no copies, no odd formats.</p>"));

    private static Markup Notice(string title, IEnumerable<string> items)
    {
        var all = items.ToArray();
        return Markup.Of($"""
            <div class="notice"><b>{title}</b><br><span class="soft">{string.Join("; ", all.Take(Named))}{(all.Length > Named ? $"; and {all.Length - Named} more" : "")}</span></div>

            """);
    }
}
