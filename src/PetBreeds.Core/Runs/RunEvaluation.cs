using PetBreeds.Catalog;
using PetBreeds.Evaluation;
using PetBreeds.Evaluation.MultiLabel;
using PetBreeds.Models;
using PetBreeds.Runtime;

namespace PetBreeds.Runs;

/// <summary>The evaluation of a run's model on its validation photos.</summary>
/// <param name="Summary">The metrics.</param>
/// <param name="Measured">The full evaluation if each photo has one label; otherwise null.</param>
/// <param name="Labels">The full evaluation if photos may have several labels or none; otherwise null.</param>
/// <param name="Unreadable">Photos that could not be read.</param>
internal sealed record RunEvaluation(
    EvaluationSummary Summary, Measurement? Measured, LabelEvaluation? Labels, IReadOnlyList<RunBadPhoto> Unreadable)
{
    /// <summary>
    /// Evaluates a run's model and writes evaluation.json and predictions.csv; neither is written if photos may have several labels. A
    /// model that has never been calibrated gets its temperature and thresholds.
    /// </summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="predictor">Its model.</param>
    /// <param name="photos">Its validation photos.</param>
    /// <param name="progress">Called with the number of evaluated photos and their total.</param>
    /// <param name="cancel">Checked between batches.</param>
    /// <exception cref="UserException">No photo can be read, or a file cannot be written.</exception>
    public static RunEvaluation Make(
        RunFolder run, Predictor predictor, IReadOnlyList<PhotoItem> photos, Action<int, int>? progress, CancellationToken cancel)
    {
        var unreadable = new List<RunBadPhoto>();
        var how = new EvaluatorOptions(Bad: (photo, error) => unreadable.Add(new RunBadPhoto(photo.Name, error.Problem)),
            Progress: done => progress?.Invoke(done, photos.Count));
        if (predictor.Card.SeveralLabels)
        {
            var labels = LabelEvaluation.Measure(predictor, photos, how, cancel);
            return new RunEvaluation(EvaluationSummary.Of(labels), null, labels, unreadable);
        }
        var measured = Measure(run, predictor, photos, how, cancel);
        var summary = EvaluationSummary.Of(measured, predictor.Temperature);
        summary.Write(run.Evaluation);
        return new RunEvaluation(summary, measured, null, unreadable);
    }

    /// <summary>Evaluates a run that was just trained; a failed evaluation must not lose the run.</summary>
    /// <param name="run">A fitted run.</param>
    /// <param name="progress">See <see cref="Make"/>.</param>
    /// <param name="warn">Receives the reason if there is no evaluation.</param>
    /// <param name="cancel">See <see cref="Make"/>.</param>
    public static void AfterTraining(TrainingRun run, Action<int, int> progress, Action<string> warn, CancellationToken cancel)
    {
        var data = run.Session.Data;
        try
        {
            using var predictor = new Predictor(run.Folder.Model, ComputeDevice.Of(run.Session.Device)) { Presized = data.Presized };
            Make(run.Folder, predictor, data.Catalog.Of(Split.Valid), progress, cancel);
        }
        catch (UserException e)
        {
            warn($"the model was not measured: {e.Message}");
        }
    }

    private static Measurement Measure(
        RunFolder run, Predictor predictor, IReadOnlyList<PhotoItem> photos, EvaluatorOptions how, CancellationToken cancel)
    {
        using var rows = new PredictionsCsv(run.Predictions, predictor.Card.Classes);
        how = how with { Each = rows.Add };
        var known = predictor.Card.Calibration is not null;
        var measured = known ? Evaluator.Measure(predictor, photos, how, cancel) : Evaluator.Calibrate(predictor, photos, how, cancel);
        rows.Finish();
        if (!known)
            ModelFile.Save(run.Model, predictor.Model, predictor.Card with { Calibration = Evaluator.Calibration(predictor, measured) });
        return measured;
    }
}
