using PetBreeds.Runs;
using PetBreeds.Training;
using PetBreeds.Training.Heads;
using PetBreeds.Training.Schedules;
using PetBreeds.Training.Steps;

namespace PetBreeds.Cli.Console;

/// <summary>Shows a training as it runs: one line per epoch, above a live bar.</summary>
internal sealed class TrainDisplay : IRunObserver
{
    private readonly TrainingMeter _meter;
    private bool _headed;

    /// <param name="bar">Advanced by each step.</param>
    /// <param name="run">About to be fitted; the epochs that a resumed run has completed are shown.</param>
    public TrainDisplay(ProgressBar bar, TrainingRun run)
    {
        _meter = new TrainingMeter(run.Session, (done, total, what) => bar.Report(done, total, what));
        if (run.IsResumed)
            MoveTo(run.State);
    }

    public void Solving(HeadProgress progress) => _meter.Solving(progress);

    public void HeadSolved(SolvedHead head, EpochResult start)
    {
        ShowHeading();
        Show(start);
        Terminal.Note($"{"",7}head solved from {head.Photos} photos in {Views(head.Views)}: penalty {head.Strength:g3}, "
            + $"temperature {head.Temperature:0.00}, cross-validated loss {head.OutOfFoldLoss:0.0000}"
            + (head.Converged ? "" : "; the solver did not converge"));
    }

    public void PhaseStarted(Phase phase) => ShowHeading();

    public void StepDone(StepResult step) => _meter.StepDone(step);

    public void ValidationBatchDone() => _meter.ValidationBatchDone();

    public void Recovered(string problem, TrainState state)
    {
        Terminal.Warn($"{problem}. Resuming from the last checkpoint at {state.RateFactor:0.##} of the rate");
        MoveTo(state);
    }

    public void EpochDone(EpochResult epoch) => Show(epoch);

    private void MoveTo(TrainState state)
    {
        _meter.MoveTo(state);
        ShowHeading();
        foreach (var epoch in state.History)
            Show(epoch);
        if (state.Steps.Count > 0)
            Terminal.Note($"resumed after step {state.Steps.Count}, in epoch {state.Epochs.Count + 1}");
    }

    private void ShowHeading()
    {
        if (!_headed)
            Terminal.Note("epoch  phase       train loss  valid loss   error  accuracy    time  images/s");
        _headed = true;
    }

    private static string Views(int views) => views == 1 ? "one view" : $"{views} views each";

    private static void Show(EpochResult epoch) =>
        Terminal.Note($"{epoch.Epoch,5}  {epoch.Phase,-10}  {epoch.TrainLoss,10:0.0000}  {epoch.ValidLoss,10:0.0000}  "
            + $"{epoch.Error,6:0.0000}  {1 - epoch.Error,8:0.0%}  {(int)epoch.Seconds / 60:00}:{(int)epoch.Seconds % 60:00}  "
            + $"{epoch.ImagesPerSecond,8:0.0}"
            + (epoch.F1 is { } f1 ? $"  F1 {f1:0.000}" : "")
            + (epoch.Scale > 1 ? $"  loss scale {epoch.Scale:0}" : "") + (epoch.Skipped > 0 ? $"  {epoch.Skipped} steps skipped" : ""));
}
