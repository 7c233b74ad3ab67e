using PetBreeds.Runs;
using PetBreeds.Training;
using PetBreeds.Training.Heads;
using PetBreeds.Training.Schedules;
using PetBreeds.Training.Steps;

namespace PetBreeds.Cli.Console;

/// <summary>Shows a run as it goes, a line an epoch over a live bar, and keeps its history.</summary>
internal sealed class TrainProgress(ProgressBar bar, TrainingSession session, RunFolder folder) : IRunObserver
{
    private readonly double _total = (session.Plan.Solves ? HeadCost(session) : 0) + session.Plan.FreezeEpochs * session.Training.TrainBatches
        + (session.Config.Steps ?? session.Plan.Epochs * session.Training.TrainBatches)
        + session.Plan.AllEpochs * ValidationCost * session.Validation.OrderedBatches;

    private double _done;
    private double _best = double.PositiveInfinity;
    private bool _headed;

    /// <summary>A validation batch in units of a training step: forward alone is about a third.</summary>
    private const double ValidationCost = 1.0 / 3;

    /// <summary>The views of the training photos and a validation, forward alone.</summary>
    private static double HeadCost(TrainingSession session) =>
        ValidationCost * (session.Plan.Views * session.Training.OrderedBatches + session.Validation.OrderedBatches);

    private double EpochCost => session.Training.TrainBatches + ValidationCost * session.Validation.OrderedBatches;

    /// <summary>Goes on, or back, to where a run is.</summary>
    public void GoOn(TrainState state)
    {
        HistoryCsv.Write(folder.History, state.History);
        _best = state.History.Select(epoch => epoch.Error).DefaultIfEmpty(double.PositiveInfinity).Min();
        _done = (state.Start is null ? 0 : HeadCost(session)) + state.Epochs.Count * EpochCost + (state.Steps.Count - state.Epochs.Count * session.Training.TrainBatches);
        PhaseStarted();
        foreach (var epoch in state.History)
            Show(epoch);
        if (state.Steps.Count > 0)
            Terminal.Note($"resumed after step {state.Steps.Count}, in epoch {state.Epochs.Count + 1}");
    }

    public void Solving(HeadProgress progress) =>
        bar.Report(_done = ValidationCost * progress.Done / session.Training.BatchSize, _total, progress.What);

    public void HeadSolved(SolvedHead head, EpochResult start)
    {
        PhaseStarted();
        HistoryCsv.Append(folder.History, start);
        Show(start);
        _best = start.Error;
        Terminal.Note($"{"",7}the head is solved from {head.Photos} photos in {Views(head.Views)}: penalty {head.Strength:g3}, temperature {head.Temperature:0.00}, "
            + $"loss {head.OutOfFoldLoss:0.0000} on photos held out in turn{(head.Converged ? "" : "; the solver did not come to its end")}");
        Save(folder.Solved, start, "the model with the solved head");
    }

    private static string Views(int views) => views == 1 ? "one view" : $"{views} views each";

    public void PhaseStarted(Phase phase) => PhaseStarted();

    public void Recovered(string problem, TrainState state)
    {
        Terminal.Warn($"{problem}. Going on from the last checkpoint at {state.RateFactor:0.##} of the rate");
        GoOn(state);
    }

    private void PhaseStarted()
    {
        if (!_headed)
            Terminal.Note("epoch  phase       train loss  valid loss   error  accuracy    time  images/s");
        _headed = true;
    }

    public void StepDone(StepResult step)
    {
        Advance(1, $"epoch {(int)step.Epoch + 1}/{session.Plan.AllEpochs}, loss {step.Loss:0.000}");
    }

    public void ValidationBatchDone() => Advance(ValidationCost, "validating");

    public void EpochDone(EpochResult epoch)
    {
        HistoryCsv.Append(folder.History, epoch);
        Show(epoch);
        if (epoch.Error >= _best)
            return;
        _best = epoch.Error;
        Save(folder.Best, epoch, "the best model so far");
    }

    private void Save(string path, EpochResult epoch, string what)
    {
        try
        {
            RunFiles.SaveModel(path, folder, session, epoch);
        }
        catch (UserException e)
        {
            Terminal.Warn($"{what} was not saved, the training goes on: {e.Message}");
        }
    }

    private static void Show(EpochResult epoch) =>
        Terminal.Note($"{epoch.Epoch,5}  {epoch.Phase,-10}  {epoch.TrainLoss,10:0.0000}  {epoch.ValidLoss,10:0.0000}  "
            + $"{epoch.Error,6:0.0000}  {1 - epoch.Error,8:0.0%}  {(int)epoch.Seconds / 60:00}:{(int)epoch.Seconds % 60:00}  "
            + $"{epoch.ImagesPerSecond,8:0.0}"
            + (epoch.F1 is { } f1 ? $"  F1 {f1:0.000}" : "")
            + (epoch.Scale > 1 ? $"  loss scale {epoch.Scale:0}" : "") + (epoch.Skipped > 0 ? $"  {epoch.Skipped} steps skipped" : ""));

    private void Advance(double cost, string detail)
    {
        _done += cost;
        bar.Report(_done, _total, detail);
    }
}
