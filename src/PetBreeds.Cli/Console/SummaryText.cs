using PetBreeds.Batches.Walkthrough;
using PetBreeds.Pixels;

namespace PetBreeds.Cli.Console;

/// <summary>Prints a summary as text or as JSON.</summary>
internal static class SummaryText
{
    public static void Show(SummaryReport report, bool json, string? picture)
    {
        if (json)
            Terminal.Json(ToJson(report, picture));
        else if (report.Catalog is not null)
            Print(report, picture!);
    }

    private static void Print(SummaryReport report, string picture)
    {
        var catalog = report.Catalog!;
        Terminal.Result($"photos    {catalog.Items.Count} in {catalog.Root}");
        Terminal.Result($"labels    {catalog.LabelSource}");
        Terminal.Result($"split     {catalog.SplitSource}");
        foreach (var passed in catalog.PassedOver)
            Terminal.Result($"left out  {passed.Count} {passed.Reason} (such as {passed.Example})");
        Terminal.Result();
        var split = report.Photo!.Label < 0 ? "left out" : report.Photo.Split.ToString().ToLowerInvariant();
        Terminal.Result($"{report.Photo.Name} ({split}), step by step");
        Steps(report.Steps);
        Terminal.Result();
        Terminal.Result($"A batch of up to {report.Config.BatchSize} training photos");
        Steps(report.BatchSteps);
        Terminal.Result();
        Counts(report);
        if (report.Statistics is { Photos: > 0 } pixels)
            Terminal.Result($"pixels    mean {Three(pixels.Mean)}, standard deviation {Three(pixels.Std)} "
                + $"(red, green, blue; {pixels.Photos} presized training photos)");
        var used = Normalization.ImageNet;
        Terminal.Result($"          normalised with ImageNet's {Three(used.Mean)} and {Three(used.Std)}");
        Terminal.Result($"picture   {picture}");
    }

    private static void Steps(IReadOnlyList<WalkStep> steps)
    {
        var input = Width(steps.Select(step => step.In.ToString()));
        var output = Width(steps.Select(step => step.Out?.ToString() ?? ""));
        Terminal.Result($"   {"step",-10}  {"in".PadRight(input)}  {"out".PadRight(output)}  {"range",-13}  {"ms",6}  what");
        foreach (var (i, step) in steps.Index())
        {
            var outcome = step.Failure is { } failure ? $"FAILED: {FlagText.Of(failure.Problem)}" : step.Did;
            Terminal.Result($"{i + 1,2} {step.Name,-10}  {step.In.ToString().PadRight(input)}  "
                + $"{(step.Out?.ToString() ?? "–").PadRight(output)}  "
                + $"{step.Out?.Range ?? "",-13}  {step.Time.TotalMilliseconds,6:0.0}  {outcome}");
            if (step.Warning is not null)
                Terminal.Result($"   {"",-10}  warning: {step.Warning}");
        }
    }

    private static void Counts(SummaryReport report)
    {
        var rows = report.Counts.ToArray();
        var width = Width(rows.Select(row => row.Class).Append("class"));
        var test = rows.Any(row => row.Test > 0);
        Terminal.Result($"{"class".PadRight(width)}   train   valid{(test ? "    test" : "")}");
        foreach (var row in rows.Append(("all", rows.Sum(row => row.Train), rows.Sum(row => row.Valid), rows.Sum(row => row.Test))))
            Terminal.Result($"{row.Item1.PadRight(width)}  {row.Item2,6}  {row.Item3,6}{(test ? $"  {row.Item4,6}" : "")}");
        Terminal.Result();
    }

    private static int Width(IEnumerable<string> texts) => texts.Select(text => text.Length).Append(3).Max();

    private static string Three<T>(IEnumerable<T> values) where T : IFormattable =>
        string.Join(' ', values.Select(value => value.ToString("0.000", null)));

    private static object ToJson(SummaryReport report, string? picture) => new
    {
        photo = report.Photo?.Name,
        steps = report.Steps.Select(Step),
        batch = report.BatchSteps.Select(Step),
        failed = report.Failed is { Failure: { } failure } step
            ? new
            {
                step = step.Name,
                problem = FlagText.Of(failure.Problem),
                place = FlagText.Of(failure.Place),
                remedy = ErrorText.Remedy(failure),
            }
            : null,
        labels = report.Catalog?.LabelSource,
        split = report.Catalog?.SplitSource,
        left_out = report.Catalog?.PassedOver.Select(passed =>
            new { reason = passed.Reason, count = passed.Count, example = passed.Example }),
        classes = report.Catalog is null ? null : report.Counts.Select(row =>
            new { name = row.Class, train = row.Train, valid = row.Valid, test = row.Test }),
        pixels = report.Statistics is { Photos: > 0 } pixels ? new { photos = pixels.Photos, mean = pixels.Mean, std = pixels.Std } : null,
        picture,
    };

    private static object Step(WalkStep step) => new
    {
        name = step.Name,
        @in = Value(step.In),
        @out = step.Out is null ? null : Value(step.Out),
        milliseconds = step.Time.TotalMilliseconds,
        did = step.Did,
        warning = step.Warning,
        error = FlagText.Of(step.Failure?.Problem),
    };

    private static object Value(WalkValue value) =>
        new { type = value.Type, dtype = value.Element, shape = value.Shape, min = value.Min, max = value.Max, text = value.Text };
}
