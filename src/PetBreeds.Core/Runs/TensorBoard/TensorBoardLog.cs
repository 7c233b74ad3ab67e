using PetBreeds.Training;
using PetBreeds.Training.Heads;
using PetBreeds.Training.Steps;

namespace PetBreeds.Runs.TensorBoard;

/// <summary>
/// Writes a run's metrics for TensorBoard: those of each step under <c>train/</c>, those of each epoch under <c>valid/</c> and
/// <c>speed/</c>. If they can no longer be written, it warns once and training continues without them.
/// </summary>
internal sealed class TensorBoardLog : IRunObserver, IDisposable
{
    private readonly EventFile _file;
    private readonly Action<string> _warn;
    private readonly TimeProvider _time;
    private long _step;
    private bool _failed;

    /// <param name="folder">The run's folder; a new file is created in it, next to those of earlier parts of the run.</param>
    /// <param name="steps">Steps completed before.</param>
    /// <param name="warn">Receives the reason when no more can be written.</param>
    /// <param name="time">Source of the timestamps; null for the system clock.</param>
    /// <exception cref="UserException">The file cannot be created.</exception>
    public TensorBoardLog(string folder, int steps, Action<string> warn, TimeProvider? time = null)
    {
        (_step, _warn, _time) = (Math.Max(0, steps - 1), warn, time ?? TimeProvider.System);
        try
        {
            _file = new EventFile(folder, _time.GetUtcNow());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException("the TensorBoard log cannot be written", folder, "Free some space, or leave out `tensorboard`.", e);
        }
    }

    /// <inheritdoc/>
    public void HeadSolved(SolvedHead head, EpochResult start) => EpochDone(start);

    /// <inheritdoc/>
    public void StepDone(StepResult step)
    {
        ArgumentNullException.ThrowIfNull(step);
        _step = step.Step;
        Add(step.Step, [("train/loss", step.Loss), ("train/lr", step.LearningRate), ("train/momentum", step.Momentum)]);
    }

    /// <inheritdoc/>
    public void EpochDone(EpochResult epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        List<(string, double)> values =
        [
            ("valid/loss", epoch.ValidLoss), ("valid/error", epoch.Error), ("train/smoothed_loss", epoch.TrainLoss),
            ("train/epoch", epoch.Epoch),
            ("speed/images_per_second", epoch.ImagesPerSecond), ("speed/epoch_seconds", epoch.Seconds),
        ];
        if (epoch.F1 is { } f1)
            values.Add(("valid/f1", f1));
        Add(_step, values);
        Guarded(_file.Flush);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        Guarded(_file.Flush);
        _file.Dispose();
    }

    private void Add(long step, IEnumerable<(string, double)> values) => Guarded(() => _file.Add(_time.GetUtcNow(), step, values));

    private void Guarded(Action write)
    {
        if (_failed)
            return;
        try
        {
            write();
        }
        catch (IOException e)
        {
            _failed = true;
            _warn($"logging to TensorBoard stopped, training continues: {e.Message}: {_file.Path}");
        }
    }
}
