using PetBreeds.Training;
using PetBreeds.Training.Heads;
using PetBreeds.Training.Steps;

namespace PetBreeds.Runs;

/// <summary>Records the progress of a run in its folder: the history, the model with the solved head, and the best model so far.</summary>
/// <param name="folder">The run's folder.</param>
/// <param name="session">The session being trained.</param>
/// <param name="warn">Called when a model could not be saved; training continues.</param>
internal sealed class RunRecorder(RunFolder folder, TrainingSession session, Action<string> warn) : IRunObserver
{
    private double _best = double.PositiveInfinity;

    /// <summary>Sets the history to that of a state: forward when a run is resumed, back when it recovers.</summary>
    /// <exception cref="UserException">The history cannot be written.</exception>
    public void MoveTo(TrainState state)
    {
        HistoryCsv.Write(folder.History, state.History);
        _best = state.History.Select(epoch => epoch.Error).DefaultIfEmpty(double.PositiveInfinity).Min();
    }

    /// <inheritdoc/>
    public void HeadSolved(SolvedHead head, EpochResult start)
    {
        HistoryCsv.Append(folder.History, start);
        _best = start.Error;
        Save(folder.Solved, start, "the model with the solved head");
    }

    /// <inheritdoc/>
    public void Recovered(string problem, TrainState state) => MoveTo(state);

    /// <inheritdoc/>
    public void EpochDone(EpochResult epoch)
    {
        HistoryCsv.Append(folder.History, epoch);
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
            warn($"{what} was not saved; training continues: {e.Message}");
        }
    }
}
