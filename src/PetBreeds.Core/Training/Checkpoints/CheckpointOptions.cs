namespace PetBreeds.Training.Checkpoints;

/// <summary>When and where a training saves itself.</summary>
/// <param name="Folder">Where.</param>
/// <param name="Run">What run it is.</param>
/// <param name="Every">Besides each epoch's end; <see cref="TimeSpan.Zero"/>: not.</param>
/// <param name="Keep">How many checkpoints of epochs' ends to keep besides the newest.</param>
internal sealed record CheckpointOptions(CheckpointFolder Folder, RunIdentity Run, TimeSpan Every, int Keep)
{
    /// <summary>
    /// Told of a checkpoint that could not be saved: the training goes on, and it is tried again later. Null: that ends the training.
    /// </summary>
    public Action<UserException>? OnFailure { get; init; }
}
