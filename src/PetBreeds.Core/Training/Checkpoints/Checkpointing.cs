using System.Diagnostics;

namespace PetBreeds.Training.Checkpoints;

/// <summary>When and where a training saves itself.</summary>
/// <param name="folder">Where.</param>
/// <param name="run">What run it is.</param>
/// <param name="every">Besides each epoch's end; <see cref="TimeSpan.Zero"/>: not.</param>
/// <param name="keep">How many checkpoints of epochs' ends to keep besides the newest.</param>
public sealed class Checkpointing(CheckpointFolder folder, RunIdentity run, TimeSpan every, int keep)
{
    private readonly Stopwatch _since = Stopwatch.StartNew();

    /// <summary>Where.</summary>
    public CheckpointFolder Folder { get; } = folder;

    /// <summary>What run it is.</summary>
    public RunIdentity Run { get; } = run;

    /// <summary>How many are kept.</summary>
    public int Keep { get; } = keep;

    /// <summary>Told of a checkpoint that could not be saved: the training goes on, and it is tried again.</summary>
    public event Action<UserException>? Failed;

    /// <summary>Whether it is time for one between two steps.</summary>
    internal bool IsDue => every > TimeSpan.Zero && _since.Elapsed >= every;

    internal void Saved() => _since.Restart();

    /// <returns>False where nobody listens.</returns>
    internal bool Tell(UserException error)
    {
        _since.Restart();
        Failed?.Invoke(error);
        return Failed is not null;
    }
}
