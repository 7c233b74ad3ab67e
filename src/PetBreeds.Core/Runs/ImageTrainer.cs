using PetBreeds.Runtime.Downloads;
using PetBreeds.Training;
using PetBreeds.Training.Checkpoints;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Planning;

namespace PetBreeds.Runs;

/// <summary>
/// Trains image classifiers: finds labelled photos, fine-tunes a pretrained network on them, and saves the model, its evaluation and
/// everything needed to repeat the run in a run folder. Train only one model at a time per process: libtorch's random number generators are
/// shared by the whole process.
/// </summary>
public static class ImageTrainer
{
    /// <summary>Trains a model.</summary>
    /// <param name="options">The photos, the network and how to train it; validated as a whole before any work starts.</param>
    /// <param name="run">Where to save the run; null saves it in <c>runs</c> in the current folder.</param>
    /// <param name="progress">Receives the progress of the training, on the training thread.</param>
    /// <param name="cancel">Checked between batches; a cancelled run can be resumed.</param>
    /// <exception cref="UserException">
    /// The options, the photos, the weights, the device or the disk need attention first; the message says what to do.
    /// </exception>
    /// <exception cref="OperationCanceledException">The training was cancelled; a checkpoint was saved if it had started.</exception>
    public static TrainedRun Train(
        TrainOptions options, RunOptions? run = null, IProgress<TrainProgress>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        run ??= new RunOptions();
        var reporter = new ProgressReporter(progress);
        run.RequireFreeName(); // before any work
        var session = Open(options, null, run.AllowDownloads, reporter, cancel);
        using var begun = TrainingRun.Begin(session, run, Search, null, reporter.Warn, cancel);
        return Fit(begun, reporter, cancel);

        LearningRateCurve Search(TrainingSession opened) => LearningRateFinder.Search(opened,
            (done, total, what) => reporter.Report(done, total, what, "finding a rate"), cancel);
    }

    /// <summary>Resumes an interrupted run; it ends with the same weights as if it had not been interrupted.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="progress">See <see cref="Train"/>.</param>
    /// <param name="cancel">See <see cref="Train"/>.</param>
    /// <exception cref="UserException">
    /// The run is finished, is in use by another process, has no checkpoint, or its photos have changed.
    /// </exception>
    /// <exception cref="OperationCanceledException">The training was cancelled; a checkpoint was saved.</exception>
    public static TrainedRun Resume(string folder, IProgress<TrainProgress>? progress = null, CancellationToken cancel = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var reporter = new ProgressReporter(progress);
        using var resumed = TrainingRun.Resume(
            RunFolder.Find("", folder), [], (options, identity) => Open(options, identity, false, reporter, cancel), reporter.Warn);
        return Fit(resumed, reporter, cancel);
    }

    private static TrainingSession Open(TrainOptions options, RunIdentity? resumed, bool mayDownload, ProgressReporter reporter,
        CancellationToken cancel)
    {
        var missing = TrainingSession.Missing(options, resumed is not null);
        if (missing.Any(plan => plan.Files.Count > 0) && !mayDownload)
            throw DownloadPlan.Refused(missing, $"Set {nameof(RunOptions)}.{nameof(RunOptions.AllowDownloads)}");
        foreach (var plan in missing)
            plan.Get(new Downloading(reporter), cancel).GetAwaiter().GetResult();
        reporter.Report(0, 1, "preparing", "preparing");
        var session = TrainingSession.Open(options, new SetupProgress(), cancel, resumed);
        foreach (var warning in SessionWarnings.Of(session))
            reporter.Warn(warning);
        return session;
    }

    private static TrainedRun Fit(TrainingRun run, ProgressReporter reporter, CancellationToken cancel)
    {
        var meter = new TrainingMeter(run.Session, (done, total, what) => reporter.Report(done, total, what));
        meter.MoveTo(run.State);
        TrainedRun trained;
        try
        {
            trained = run.Fit(new RunObservers(meter, reporter), cancel);
            RunEvaluation.AfterTraining(run, (done, total) =>
                reporter.Report(done, total, $"measuring {done}/{total} photos", "measuring"), reporter.Warn, cancel);
        }
        catch (OperationCanceledException)
        {
            run.Save();
            throw;
        }
        run.Finish();
        return trained;
    }

    private sealed class Downloading(ProgressReporter reporter) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) =>
            reporter.Report(value.Done, value.Total ?? 0, $"downloading {value.Name}", "downloading");
    }
}
