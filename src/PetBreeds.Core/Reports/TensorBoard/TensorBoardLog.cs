using PetBreeds.Training;

namespace PetBreeds.Reports.TensorBoard;

/// <summary>
/// Writes a run's numbers for TensorBoard: of each step under <c>train/</c>, of each epoch under <c>valid/</c> and <c>speed/</c>.
/// </summary>
public sealed class TensorBoardLog : IRunObserver, IDisposable
{
    private readonly EventFile _file;
    private long _steps;

    /// <param name="folder">The run's folder; a new file is made in it, beside those of an earlier part of the run.</param>
    /// <exception cref="UserException">It cannot be written.</exception>
    public TensorBoardLog(string folder) => _file = Guarded(folder, () => new EventFile(folder, DateTimeOffset.UtcNow));

    /// <inheritdoc/>
    public void PhaseStarted(Phase phase)
    {
    }

    /// <inheritdoc/>
    public void StepDone(StepResult step)
    {
        ArgumentNullException.ThrowIfNull(step);
        _steps = step.Step;
        Add(step.Step, [("train/loss", step.Loss), ("train/lr", step.LearningRate), ("train/momentum", step.Momentum)]);
    }

    /// <inheritdoc/>
    public void ValidationBatchDone()
    {
    }

    /// <inheritdoc/>
    public void EpochDone(EpochResult epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        List<(string, double)> values =
        [
            ("valid/loss", epoch.ValidLoss), ("valid/error", epoch.Error), ("train/smoothed_loss", epoch.TrainLoss), ("train/epoch", epoch.Epoch),
            ("speed/images_per_second", epoch.ImagesPerSecond), ("speed/epoch_seconds", epoch.Seconds),
        ];
        if (epoch.F1 is { } f1)
            values.Add(("valid/f1", f1));
        Add(_steps, values);
        Guarded(_file.Path, () =>
        {
            _file.Flush();
            return true;
        });
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private void Add(long step, IEnumerable<(string, double)> values) => Guarded(_file.Path, () =>
    {
        _file.Add(DateTimeOffset.UtcNow, step, values);
        return true;
    });

    private static T Guarded<T>(string place, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException("the numbers for TensorBoard cannot be written", place, "Free some space, or leave out --tensorboard.", e);
        }
    }
}
