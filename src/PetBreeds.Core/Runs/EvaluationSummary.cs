using PetBreeds.Evaluation;
using PetBreeds.Evaluation.MultiLabel;

namespace PetBreeds.Runs;

/// <summary>The metrics of one class as stored in the file; a metric that is undefined is null.</summary>
internal sealed record ClassSummary(string Name, long Support, double? Precision, double? Recall, double? F1);

/// <summary>The metrics of an evaluation, as stored in <c>evaluation.json</c>. Shares range from 0 to 1.</summary>
/// <param name="Photos">Number of photos evaluated.</param>
/// <param name="LeftOut">Number of photos that could not be read.</param>
/// <param name="Error">Share of wrong predictions.</param>
/// <param name="ErrorInterval">Bounds of the 95% confidence interval of the error.</param>
/// <param name="Accuracy">Share of correct predictions.</param>
/// <param name="Top5">Share of photos whose true class is among the five most probable.</param>
/// <param name="MeanClassAccuracy">Mean recall over the classes.</param>
/// <param name="MacroF1">Mean F1 over the classes.</param>
/// <param name="LogLoss">Log loss after temperature scaling.</param>
/// <param name="CalibrationError">Expected calibration error after temperature scaling.</param>
/// <param name="Temperature">The temperature: what the logits were divided by.</param>
/// <param name="UncalibratedLogLoss">Log loss without temperature scaling.</param>
/// <param name="UncalibratedCalibrationError">Expected calibration error without temperature scaling.</param>
/// <param name="Classes">The metrics of each class.</param>
internal sealed record EvaluationSummary(
    long Photos, int LeftOut, double Error, IReadOnlyList<double> ErrorInterval, double Accuracy, double Top5, double MeanClassAccuracy,
    double MacroF1,
    double LogLoss, double CalibrationError, double Temperature, double UncalibratedLogLoss, double UncalibratedCalibrationError,
    IReadOnlyList<ClassSummary> Classes)
{
    /// <summary>Creates the summary of an evaluation.</summary>
    public static EvaluationSummary Of(Measurement measured, double temperature)
    {
        ArgumentNullException.ThrowIfNull(measured);
        var result = measured.Result;
        return new EvaluationSummary(
            result.Photos, measured.LeftOut, result.Error, [result.ErrorInterval.Low, result.ErrorInterval.High], result.Accuracy,
            result.TopFiveAccuracy,
            result.MeanClassAccuracy, result.MacroF1, result.LogLoss, result.Calibration.Error, temperature, measured.RawLogLoss,
            measured.RawCalibration.Error,
            [.. result.PerClass.Select(row =>
                new ClassSummary(row.Name, row.Support, OrNull(row.Precision), OrNull(row.Recall), OrNull(row.F1)))]);
    }

    /// <summary>
    /// Creates the summary of a multi-label evaluation. Metrics that only exist for one label per photo are NaN, so it is not meant to be
    /// written.
    /// </summary>
    internal static EvaluationSummary Of(LabelEvaluation measured) => new(
        measured.Photos, measured.LeftOut, measured.Error, [measured.ErrorInterval.Low, measured.ErrorInterval.High],
        measured.Accuracy, double.NaN,
        double.NaN, measured.MacroF1, measured.LogLoss, double.NaN, 1, measured.LogLoss, double.NaN, []);

    /// <summary>Writes the summary to <c>evaluation.json</c>.</summary>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public void Write(string path) => RunJson.Write(path, this);

    /// <summary>Reads a summary; null if the file does not exist.</summary>
    /// <exception cref="UserException">The file cannot be read.</exception>
    public static EvaluationSummary? Read(string path) => RunJson.Read<EvaluationSummary>(path);

    private static double? OrNull(double value) => double.IsNaN(value) ? null : value;
}
