using PetBreeds.Runtime.Files;

namespace PetBreeds.Runs;

/// <summary>
/// Keeps other trainings out of a run's folder. The file it holds open is there from a run's beginning to its end, also while nobody
/// trains: where it is missing, the run is finished.
/// </summary>
internal sealed class RunLock : IDisposable
{
    private readonly FileLock _lock;

    private RunLock(FileLock held) => _lock = held;

    /// <summary>Whether a run has begun and has not ended.</summary>
    public static bool IsUnfinished(RunFolder run) => File.Exists(FileOf(run));

    /// <summary>For a new run.</summary>
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

    /// <summary>For a run that was interrupted.</summary>
    /// <exception cref="UserException">It is finished, or another training goes on with it, or the folder cannot be written.</exception>
    public static RunLock Resume(RunFolder run) => IsUnfinished(run) ? Take(run) : throw (File.Exists(run.Model)
        ? new UserException("this run is finished", run.Folder, "Start another with its config.yaml, which repeats it.")
        : new UserException("there is nothing to resume in this folder", run.Folder, "Name the folder of a run that was interrupted."));

    /// <summary>The run is finished.</summary>
    public void Finish() => _lock.Remove();

    /// <summary>Lets others in.</summary>
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
