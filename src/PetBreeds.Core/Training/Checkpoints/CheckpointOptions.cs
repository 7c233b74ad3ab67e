namespace PetBreeds.Training.Checkpoints;

/// <summary>When and where a training saves checkpoints.</summary>
/// <param name="Folder">Where to save them.</param>
/// <param name="Run">The identity of the run.</param>
/// <param name="Every">Interval between checkpoints, besides one at the end of each epoch; <see cref="TimeSpan.Zero"/> for none.</param>
/// <param name="Keep">How many end-of-epoch checkpoints to keep besides the newest one.</param>
internal sealed record CheckpointOptions(CheckpointFolder Folder, RunIdentity Run, TimeSpan Every, int Keep)
{
    /// <summary>
    /// Called when a checkpoint could not be saved; training continues, and saving is tried again later. Null: the failure ends the
    /// training.
    /// </summary>
    public Action<UserException>? OnFailure { get; init; }
}
