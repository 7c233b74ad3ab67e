using PetBreeds.Runtime.Files;

namespace PetBreeds.Runs;

/// <summary>
/// Keeps other trainings out of a run's folder. The lock file exists from the run's beginning to its end, even while nothing is training:
/// if it is missing, the run is finished.
/// </summary>
internal sealed class RunLock : IDisposable
{
    private readonly FileLock _lock;

    private RunLock(FileLock held) => _lock = held;

    /// <summary>Whether a run has started but not finished.</summary>
    public static bool IsUnfinished(RunFolder run) => File.Exists(FileOf(run));

    /// <summary>Locks a new run.</summary>
    /// <exception cref="UserException">The folder cannot be written.</exception>
    public static RunLock Begin(RunFolder run)
    {
        try
        {
            Directory.CreateDirectory(run.Checkpoint);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(run, e);
        }
        return Take(run);
    }

    /// <summary>Locks an interrupted run.</summary>
    /// <exception cref="UserException">The run is finished or is being trained elsewhere, or the folder cannot be written.</exception>
    public static RunLock Resume(RunFolder run) => IsUnfinished(run) ? Take(run) : throw (File.Exists(run.Model)
        ? new UserException("this run is finished", run.Folder, "Start another with its config.yaml, which repeats it.")
        : new UserException("there is nothing to resume in this folder", run.Folder, "Name the folder of a run that was interrupted."));

    /// <summary>Marks the run as finished.</summary>
    public void Finish() => _lock.Remove();

    /// <summary>Releases the lock.</summary>
    public void Dispose() => _lock.Dispose();

    private static RunLock Take(RunFolder run)
    {
        try
        {
            return FileLock.TryTake(FileOf(run)) is { } held
                ? new RunLock(held)
                : throw new UserException("another training run is active in this folder", run.Folder,
                    "Wait for it to finish, or interrupt it first.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(run, e);
        }
    }

    private static UserException Unwritable(RunFolder run, Exception e) =>
        new($"the run folder cannot be written: {e.Message}", run.Folder, "Check its permissions and the free space.", e);

    private static string FileOf(RunFolder run) => Path.Combine(run.Checkpoint, "lock");
}
