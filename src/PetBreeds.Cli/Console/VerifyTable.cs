using PetBreeds.Catalog;
using PetBreeds.Catalog.Verification;

namespace PetBreeds.Cli.Console;

/// <summary>Prints what verification found.</summary>
internal static class VerifyTable
{
    /// <summary>How many findings of a kind are shown unless all are requested.</summary>
    public const int Few = 10;

    private const int WidestName = 60;

    public static void Show(VerificationReport report, string? excludeFile, int few)
    {
        var catalog = report.Catalog;
        Terminal.Result($"{catalog.Items.Count} photos of {report.Classes.Count} classes in {catalog.Root}: "
            + $"{catalog.Of(Split.Train).Count} train, {catalog.Of(Split.Valid).Count} valid, {catalog.Of(Split.Test).Count} test");
        Terminal.Result($"labels: {catalog.LabelSource}; split: {catalog.SplitSource}");
        ShowClasses(report.Classes);
        foreach (var severity in report.Findings.GroupBy(f => f.Kind.Severity))
        {
            Terminal.Result();
            Terminal.Result(severity.Key == Severity.Harmful ? "HARMFUL" : "WORTH KNOWING");
            foreach (var kind in severity.GroupBy(f => f.Kind))
                ShowKind([.. kind], few);
        }
        Terminal.Result();
        ShowVerdict(report, excludeFile);
    }

    public static void ShowJson(VerificationReport report, string? excludeFile) => Terminal.Json(new
    {
        root = report.Catalog.Root,
        photos = report.Catalog.Items.Count,
        inspected = report.Inspected,
        labels = report.Catalog.LabelSource,
        split = report.Catalog.SplitSource,
        harmful = report.Harmful.Count(),
        findings = report.Findings.Select(f => new
        {
            severity = f.Kind.Severity == Severity.Harmful ? "harmful" : "worth-knowing",
            kind = f.Kind.Key,
            photos = f.Photos,
            detail = f.Detail,
        }),
        classes = report.Classes.Select(c => new { name = c.Name, train = c.Train, valid = c.Valid, test = c.Test }),
        exclude = report.Exclusions.Select(e => new { photo = e.Name, reason = e.Reason }),
        exclude_file = excludeFile,
    });

    private static void ShowClasses(IReadOnlyList<ClassCount> classes)
    {
        var sorted = classes.OrderBy(c => c.Train).ToList();
        Terminal.Result($"training photos per class: {sorted[0].Train} ({sorted[0].Name}) to {sorted[^1].Train} ({sorted[^1].Name}), "
            + $"median {sorted[sorted.Count / 2].Train}");
    }

    private static void ShowKind(List<Finding> findings, int few)
    {
        Terminal.Result($"  {findings[0].Kind.Title} ({findings.Count})");
        var shown = findings.Take(few).Select(f => (Name: string.Join(", ", f.Photos), f.Detail)).ToList();
        var width = shown.Max(f => Math.Min(f.Name.Length, WidestName));
        foreach (var (name, detail) in shown)
            Terminal.Result($"    {name.PadRight(width)}  {detail}");
        if (findings.Count > few)
            Terminal.Result($"    and {findings.Count - few} more (--all shows them)");
    }

    private static void ShowVerdict(VerificationReport report, string? excludeFile)
    {
        var harmful = report.Harmful.Count();
        Terminal.Result(harmful == 0
            ? "nothing found that would harm training"
            : $"{harmful} {(harmful == 1 ? "finding" : "findings")} would harm training");
        if (excludeFile is not null)
            Terminal.Result($"{excludeFile} lists {report.Exclusions.Count} to leave out: petbreeds train --exclude {excludeFile}");
    }
}
