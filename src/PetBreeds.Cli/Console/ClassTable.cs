using PetBreeds.Evaluation;

namespace PetBreeds.Cli.Console;

/// <summary>What all tables of metrics share: the numbers of each class, and rows with a heading.</summary>
internal static class ClassTable
{
    /// <summary>One line per class.</summary>
    public static void Show(IReadOnlyList<ClassResult> classes)
    {
        var width = Math.Max(5, classes.Max(row => row.Name.Length));
        Terminal.Result($"{"class".PadRight(width)}  photos  precision  recall     F1");
        foreach (var row in classes)
            Terminal.Result($"{row.Name.PadRight(width)}  {row.Support,6}  {Share(row.Precision),9}  {Share(row.Recall),6}  "
                + $"{Share(row.F1),5}");
        Terminal.Result();
    }

    /// <summary>The same as JSON.</summary>
    public static IEnumerable<object> Json(IReadOnlyList<ClassResult> classes) => classes.Select(row => new
    {
        name = row.Name,
        support = row.Support,
        precision = OrNull(row.Precision),
        recall = OrNull(row.Recall),
        f1 = OrNull(row.F1),
    });

    /// <summary>JSON has no NaN.</summary>
    public static double? OrNull(double value) => double.IsNaN(value) ? null : value;

    /// <summary>"64.5%"; a dash where there is no number.</summary>
    public static string Share(double share) => double.IsNaN(share) ? "–" : $"{share:0.0%}";

    /// <summary>A row with a heading.</summary>
    public static void Row(string name, string text) => Terminal.Result($"{name,-11}  {text}");
}
