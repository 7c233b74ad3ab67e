using PetBreeds.Evaluation.MultiLabel;
using static PetBreeds.Cli.Console.ClassTable;

namespace PetBreeds.Cli.Console;

/// <summary>Prints the evaluation of a multi-label model.</summary>
internal static class MultiLabelTable
{
    public static void Show(LabelEvaluation result, string photos)
    {
        ClassTable.Show(result.PerClass);
        var (low, high) = result.ErrorInterval;
        Row("photos", $"{result.Photos} {photos}{(result.LeftOut > 0 ? $"; {result.LeftOut} could not be read" : "")}");
        Row("error", $"{result.Error:0.0000} of all answers, 95% interval {low:0.0000} to {high:0.0000}");
        Row("accuracy", $"{result.Accuracy:0.0%} of all answers; all labels right on {result.ExactMatch:0.0%} of photos");
        Row("F1", $"{result.MacroF1:0.000} (mean over classes), {result.MicroF1:0.000} (all answers)");
        Row("log loss", $"{result.LogLoss:0.0000}");
        Terminal.Result("Photos may have several labels, so there is no confusion matrix.");
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
        classes = ClassTable.Json(result.PerClass),
    });
}
