using PetBreeds.Evaluation.MultiLabel;

namespace PetBreeds.Cli.Console;

/// <summary>Prints a measurement on photos that may have several labels or none.</summary>
internal static class LabelTable
{
    public static void Show(LabelEvaluation result, string photos)
    {
        var width = Math.Max(5, result.PerClass.Max(row => row.Name.Length));
        Terminal.Result($"{"class".PadRight(width)}  photos  precision  recall     F1");
        foreach (var row in result.PerClass)
            Terminal.Result($"{row.Name.PadRight(width)}  {row.Support,6}  {Share(row.Precision),9}  {Share(row.Recall),6}  {Share(row.F1),5}");
        Terminal.Result();
        var (low, high) = result.ErrorInterval;
        Row("photos", $"{result.Photos} {photos}{(result.LeftOut > 0 ? $"; {result.LeftOut} could not be read" : "")}");
        Row("error", $"{result.Error:0.0000} of the answers, with 95% confidence {low:0.0000} to {high:0.0000}");
        Row("accuracy", $"{result.Accuracy:0.0%} of the answers, all labels right on {result.ExactMatch:0.0%} of the photos");
        Row("F1", $"{result.MacroF1:0.000} (mean of the classes), {result.MicroF1:0.000} (all answers)");
        Row("log loss", $"{result.LogLoss:0.0000}");
        Terminal.Result("A photo may have several labels: there is no confusion matrix.");
    }

    public static void ShowJson(LabelEvaluation result, string model, string photos) => Terminal.Json(new
    {
        model,
        data = photos,
        photos = result.Photos,
        left_out = result.LeftOut,
        several_labels = true,
        error = result.Error,
        error_interval = new[] { OrNull(result.ErrorInterval.Low), OrNull(result.ErrorInterval.High) },
        accuracy = result.Accuracy,
        exact_match = result.ExactMatch,
        macro_f1 = OrNull(result.MacroF1),
        micro_f1 = OrNull(result.MicroF1),
        log_loss = result.LogLoss,
        classes = result.PerClass.Select(row => new
        {
            name = row.Name,
            support = row.Support,
            precision = OrNull(row.Precision),
            recall = OrNull(row.Recall),
            f1 = OrNull(row.F1),
        }),
    });

    private static double? OrNull(double value) => double.IsNaN(value) ? null : value;

    private static string Share(double share) => double.IsNaN(share) ? "–" : $"{share:0.0%}";

    private static void Row(string name, string text) => Terminal.Result($"{name,-11}  {text}");
}
