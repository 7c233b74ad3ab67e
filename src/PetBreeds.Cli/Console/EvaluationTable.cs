using PetBreeds.Evaluation;
using static PetBreeds.Cli.Console.ClassTable;

namespace PetBreeds.Cli.Console;

/// <summary>The answers for photos of none of the classes.</summary>
/// <param name="Confidences">Their confidences; 0 for photos unlike those the model knows.</param>
/// <param name="Unfamiliar">Number of photos unlike those the model knows.</param>
internal sealed record UnknownPhotos(ConfidenceHistogram Confidences, int Unfamiliar)
{
    /// <summary>Share of the photos; null if there are none.</summary>
    public double? UnfamiliarShare => Confidences.Count > 0 ? (double)Unfamiliar / Confidences.Count : null;
}

/// <summary>Prints the result of an evaluation.</summary>
internal sealed record EvaluationTable(
    string Model, string Photos, Predictor Predictor, Measurement Measured, UnknownPhotos? Unknown, bool Tta, bool Calibrated,
    string? Picture)
{
    private const int PairsShown = 3;

    private SplitEvaluation Result => Measured.Result;

    private IReadOnlyList<RejectionRow> Rejections =>
        RejectionRow.Table(Result, Unknown?.Confidences, Calibrated || Tta ? null : Predictor.Card.Calibration);

    public void Show()
    {
        ClassTable.Show(Result.PerClass);
        var (low, high) = Result.ErrorInterval;
        Row("photos", $"{Result.Photos} {Photos}{(Measured.LeftOut > 0 ? $"; {Measured.LeftOut} could not be read" : "")}");
        Row("error", $"{Result.Error:0.0000}, 95% interval {low:0.0000} to {high:0.0000} ({OnePhoto()})");
        Row("accuracy", $"{Result.Accuracy:0.0%}, top-5 {Result.TopFiveAccuracy:0.0%}, mean per class {Result.MeanClassAccuracy:0.0%}, "
            + $"macro F1 {Result.MacroF1:0.000}{(Tta ? "; 4 augmented crops and the centre" : "")}");
        Row("log loss", $"{Result.LogLoss:0.0000}{Before($"{Measured.RawLogLoss:0.0000}")}");
        Row("calibration", $"off by {Result.Calibration.Error:0.0%}{Before($"{Measured.RawCalibration.Error:0.0%}")}");
        foreach (var pair in Result.MostConfused.Take(PairsShown))
            Row("confused", $"{pair.Count} × {Result.Classes[pair.Actual]} predicted as {Result.Classes[pair.Predicted]}");
        ShowRejections();
        if (Calibrated)
            Terminal.Result($"temperature and thresholds written to {Model}");
        if (Picture is not null)
            Terminal.Result($"confusion matrix: {Picture}");
    }

    public void ShowJson() => Terminal.Json(new
    {
        model = Model,
        data = Photos,
        photos = Result.Photos,
        left_out = Measured.LeftOut,
        tta = Tta,
        error = Result.Error,
        error_interval = new[] { Result.ErrorInterval.Low, Result.ErrorInterval.High },
        accuracy = Result.Accuracy,
        top5 = Result.TopFiveAccuracy,
        mean_class_accuracy = Result.MeanClassAccuracy,
        macro_f1 = Result.MacroF1,
        log_loss = Result.LogLoss,
        calibration_error = Result.Calibration.Error,
        temperature = Predictor.Temperature,
        uncalibrated = new { log_loss = Measured.RawLogLoss, calibration_error = Measured.RawCalibration.Error },
        classes = ClassTable.Json(Result.PerClass),
        confused = Result.MostConfused.Select(pair => new
        {
            actual = Result.Classes[pair.Actual],
            predicted = Result.Classes[pair.Predicted],
            count = pair.Count,
        }),
        unfamiliar = Predictor.Space is null ? (double?)null : (double)Result.Unfamiliar / Result.Photos,
        unknown_unfamiliar = Predictor.Space is null ? null : Unknown?.UnfamiliarShare,
        rejection = Rejections.Select(row => new
        {
            chosen = row.Chosen,
            threshold = row.Threshold,
            kept = row.Kept,
            error_of_kept = OrNull(row.ErrorOfKept),
            wrong_kept = OrNull(row.WrongKept),
            unknown_kept = row.UnknownKept,
        }),
    });

    private string OnePhoto() => Result.Photos >= 100
        ? $"one photo is {100.0 / Result.Photos:0.00} points"
        : $"one photo is {100.0 / Result.Photos:0.0} points: too few to tell similar models apart";

    private string Before(string raw) => Predictor.Temperature == 1 ? "" : $" ({raw} before temperature {Predictor.Temperature:0.000})";

    private void ShowRejections()
    {
        var rows = Rejections;
        Terminal.Result();
        Terminal.Result($"{"threshold for",-14}  {"at least",8}  {"kept",6}  {"error of kept",13}  {"wrong kept",10}"
            + (Unknown is null ? "" : "  unknown kept"));
        foreach (var row in rows)
            Terminal.Result($"{row.Chosen,-14}  {row.Threshold,8:0.####%}  {Share(row.Kept),6}  {Share(row.ErrorOfKept),13}  "
                + $"{Share(row.WrongKept),10}{(row.UnknownKept is { } unknown ? $"  {Share(unknown),12}" : "")}");
        if (Predictor.Space is not null)
            Terminal.Result("unlike the validation photos, so rejected at any threshold above 0: "
                + $"{Share((double)Result.Unfamiliar / Result.Photos)}"
                + (Unknown?.UnfamiliarShare is { } share ? $", {Share(share)} of unknown" : ""));
        if (Unknown is not null)
            Terminal.Result($"unknown: {Unknown.Confidences.Count} photos of none of the classes");
    }
}
