using PetBreeds.Evaluation;

namespace PetBreeds.Cli.Console;

/// <summary>What tables of measurements have in common: the classes' numbers, and lines with a heading.</summary>
internal static class ClassTable
{
    /// <summary>A line for each class.</summary>
    public static void Show(IReadOnlyList<ClassResult> classes)
    {
        var width = Math.Max(5, classes.Max(row => row.Name.Length));
        Terminal.Result($"{"class".PadRight(width)}  photos  precision  recall     F1");
        foreach (var row in classes)
            Terminal.Result($"{row.Name.PadRight(width)}  {row.Support,6}  {Share(row.Precision),9}  {Share(row.Recall),6}  {Share(row.F1),5}");
        Terminal.Result();
    }

    /// <summary>The same for machines.</summary>
    public static IEnumerable<object> Json(IReadOnlyList<ClassResult> classes) => classes.Select(row => new
    {
        name = row.Name,
        support = row.Support,
        precision = OrNull(row.Precision),
        recall = OrNull(row.Recall),
        f1 = OrNull(row.F1),
    });

    /// <summary>JSON has no "not a number".</summary>
    public static double? OrNull(double value) => double.IsNaN(value) ? null : value;

    /// <summary>"64.5%"; a dash where there is no number.</summary>
    public static string Share(double share) => double.IsNaN(share) ? "–" : $"{share:0.0%}";

    /// <summary>A line with a heading.</summary>
    public static void Row(string name, string text) => Terminal.Result($"{name,-11}  {text}");
}
