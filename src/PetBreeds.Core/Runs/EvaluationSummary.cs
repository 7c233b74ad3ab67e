using PetBreeds.Evaluation;
using PetBreeds.Evaluation.MultiLabel;

namespace PetBreeds.Runs;

/// <summary>One class's numbers as a file keeps them; null where there is none.</summary>
internal sealed record ClassSummary(string Name, long Support, double? Precision, double? Recall, double? F1);

/// <summary>The numbers of a measurement, as <c>evaluation.json</c> keeps them. Shares are 0 to 1.</summary>
/// <param name="Photos">Photos measured.</param>
/// <param name="LeftOut">Photos that could not be read.</param>
/// <param name="Error">Share of wrong answers.</param>
/// <param name="ErrorInterval">Low and high end with 95% confidence.</param>
/// <param name="Accuracy">Share of right answers.</param>
/// <param name="Top5">Share of photos with the right class among the first five.</param>
/// <param name="MeanClassAccuracy">Mean recall of the classes.</param>
/// <param name="MacroF1">Mean F1 of the classes.</param>
/// <param name="LogLoss">With the temperature.</param>
/// <param name="CalibrationError">With the temperature.</param>
/// <param name="Temperature">What outputs were divided by.</param>
/// <param name="UncalibratedLogLoss">Without the temperature.</param>
/// <param name="UncalibratedCalibrationError">Without the temperature.</param>
/// <param name="Classes">Each class.</param>
internal sealed record EvaluationSummary(
    long Photos, int LeftOut, double Error, IReadOnlyList<double> ErrorInterval, double Accuracy, double Top5, double MeanClassAccuracy,
    double MacroF1,
    double LogLoss, double CalibrationError, double Temperature, double UncalibratedLogLoss, double UncalibratedCalibrationError,
    IReadOnlyList<ClassSummary> Classes)
{
    /// <summary>Of a measurement.</summary>
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
    /// What of a measurement with several labels a photo has a place here; the rest is not a number. It is not meant to be written.
    /// </summary>
    internal static EvaluationSummary Of(LabelEvaluation measured) => new(
        measured.Photos, measured.LeftOut, measured.Error, [measured.ErrorInterval.Low, measured.ErrorInterval.High],
        measured.Accuracy, double.NaN,
        double.NaN, measured.MacroF1, measured.LogLoss, double.NaN, 1, measured.LogLoss, double.NaN, []);

    /// <summary>Writes <c>evaluation.json</c>.</summary>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public void Write(string path) => RunJson.Write(path, this);

    /// <summary>Reads it; null where there is none.</summary>
    /// <exception cref="UserException">It cannot be read.</exception>
    public static EvaluationSummary? Read(string path) => RunJson.Read<EvaluationSummary>(path);

    private static double? OrNull(double value) => double.IsNaN(value) ? null : value;
}
