using System.Text.Json;
using PetBreeds.Catalog;
using PetBreeds.Catalog.Verification;
using PetBreeds.Evaluation;
using PetBreeds.Reports.Html;
using PetBreeds.Reports.Pictures;
using PetBreeds.Reports.Plots;
using PetBreeds.Runs;
using PetBreeds.Runtime;
using PetBreeds.Training;
using PetBreeds.Training.Configuration;

namespace PetBreeds.Reports;

/// <summary>The options of a report.</summary>
/// <param name="Device">The device to compute on.</param>
/// <param name="Progress">Called with the number of photos evaluated and their total.</param>
/// <param name="Verify">Verifies the run's data; null if not requested.</param>
/// <param name="Trained">
/// The training data if the run has just ended: its photos may have been moved meanwhile. Null reads them again.
/// </param>
internal sealed record RunReportOptions(
    ComputeDevice Device, Action<int, int>? Progress = null, Func<CatalogOptions, VerificationReport>? Verify = null,
    TrainingData? Trained = null);

/// <summary>
/// Evaluates a run's model on its validation photos and writes the results: evaluation.json, predictions.csv, confusion.png,
/// top_losses.jpg and report.html. A model that is not calibrated yet gets its temperature and thresholds.
/// </summary>
internal static class RunReport
{
    private const int BatchWidth = 1000;

    /// <summary>Writes the report from the files in the run's folder and its photos.</summary>
    /// <exception cref="UserException">The run is not complete, its photos are gone, or a file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; checked between batches.</exception>
    public static EvaluationSummary Make(RunFolder run, RunReportOptions options, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(options);
        var config = run.ReadOptions();
        var catalog = TrainingData.CatalogOptions(config, null, cancel);
        using var predictor = new Predictor(run.Model, options.Device)
        {
            Presized = options.Trained is { } trained ? trained.Presized : null,
        };
        var photos = options.Trained?.Catalog.Of(Split.Valid) ?? EvaluationPhotos.Read(catalog, Split.Valid, predictor.Card.Classes).Photos;
        var evaluation = RunEvaluation.Make(run, predictor, photos, options.Progress, cancel);
        var data = Data(run, config, predictor, evaluation, options.Verify?.Invoke(catalog));
        if (evaluation.Labels is { } labels) // without matrix and top losses, which need one label per photo
            LabelPage.Write(run.Report, data, labels);
        else
            Write(run, data with { Pictures = ReportPicture.Of(predictor, Shown(data.Result), cancel) });
        return evaluation.Summary;
    }

    private static void Write(RunFolder run, ReportData data)
    {
        ConfusionPlot.Save(run.Confusion, data.Result.Counts, data.Result.Classes);
        SaveTopLosses(run.TopLosses, data);
        RunPage.Write(run.Report, data);
    }

    private static ReportData Data(
        RunFolder run, TrainOptions config, Predictor predictor, RunEvaluation evaluation, VerificationReport? verification) => new()
        {
            Name = run.Name,
            Config = config,
            Card = predictor.Card,
            Measured = evaluation.Measured,
            Temperature = predictor.Temperature,
            History = HistoryCsv.Read(run.History),
            Steps = StepsCsv.Read(run.Steps),
            Finder = LrFindCsv.Read(run.LrFindCurve),
            Batch = ReportPicture.DataUri(run.TrainBatch, BatchWidth),
            Environment = Facts(run.Environment),
            Data = RunData.Read(run.Data),
            Unreadable = evaluation.Unreadable,
            Verification = verification,
        };

    private static IEnumerable<PhotoResult> Shown(SplitEvaluation result)
    {
        var pairs = PhotosSection.Shown(result).ToArray();
        return [.. result.TopLosses, .. pairs.SelectMany(pair => pair.Examples),
            .. pairs.SelectMany(pair => new[] { result.Typical[pair.Actual], result.Typical[pair.Predicted] }).OfType<PhotoResult>()];
    }

    /// <summary>Each photo beside a picture of where the network looked.</summary>
    private static void SaveTopLosses(string path, ReportData data)
    {
        var cells = from photo in data.Result.TopLosses
                    where data.Pictures.ContainsKey(photo.Path)
                    let picture = data.Pictures[photo.Path]
                    let color = photo.Right ? PhotoCell.Right : PhotoCell.Wrong
                    let said = $"said {data.ClassName(photo.Predicted)} {Wording.Probability(photo.Probability)}"
                    let label = $"is {data.ClassName(photo.Actual)} {Wording.Probability(photo.ActualProbability)}"
                    from cell in new[]
                    {
                        new PhotoCell(picture.Photo.Width, picture.Photo.Height, picture.Photo.Pixels, [said, label], color),
                        new PhotoCell(picture.Overlay.Width, picture.Overlay.Height, picture.Overlay.Pixels,
                            [$"loss {photo.Loss:0.00}", Path.GetFileName(photo.Name)]),
                    }
                    select cell;
        PhotoGrid.Save(path, [.. cells], columns: 6, title: "Highest losses, and where the network looked (Grad-CAM)");
    }

    private static IReadOnlyList<(string Name, string Value)> Facts(string path)
    {
        var facts = RunJson.Read<Dictionary<string, JsonElement>>(path) ?? [];
        return [.. facts.Select(fact => (fact.Key, fact.Value.ValueKind == JsonValueKind.Array
            ? string.Join(' ', fact.Value.EnumerateArray().Select(item => item.ToString())) : fact.Value.ToString()))];
    }
}
