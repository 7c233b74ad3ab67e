using System.Diagnostics;
using PetBreeds.Distributed;
using PetBreeds.Runtime;
using PetBreeds.Training.State;
using PetBreeds.Training.Steps;
using static TorchSharp.torch;

namespace PetBreeds.Training.Checkpoints;

/// <summary>
/// Saves a training and restores it. Saving is possible from any thread at any time: a step in progress is saved as if it had not begun. If
/// several processes train together, rank 0 saves, and what it restores is sent to the others.
/// </summary>
/// <param name="options">When and where to save; null to save nothing, as on all ranks but 0.</param>
/// <param name="state">The progress of the training.</param>
/// <param name="parts">The stateful parts, and the prefix of their tensors' names.</param>
/// <param name="microBatches">The micro-batches, whose size is saved, too.</param>
/// <param name="changing">The lock that the training holds while its parts change together.</param>
/// <param name="group">The processes that train together.</param>
internal sealed class Checkpointer(
    CheckpointOptions? options, TrainState state, IReadOnlyList<(string Prefix, IStateful Part)> parts, MicroBatches microBatches,
    Lock changing, IProcessGroup group)
{
    private readonly Stopwatch _since = Stopwatch.StartNew();
    private (bool Solved, int Steps, int Epochs, double RateFactor)? _saved;
    private bool _held;

    /// <summary>Whether a checkpoint between two steps is due.</summary>
    public bool IsDue => options is not null && options.Every > TimeSpan.Zero && _since.Elapsed >= options.Every;

    private (bool Solved, int Steps, int Epochs, double RateFactor) Position =>
        (state.Start is not null, state.Step, state.Epochs.Count, state.RateFactor);

    /// <summary>Saves a checkpoint.</summary>
    /// <returns>
    /// False if there was nothing to save: checkpoints are turned off, or the loss is no longer finite, so that the last one is kept.
    /// </returns>
    /// <exception cref="UserException">The checkpoint cannot be written.</exception>
    public bool Save()
    {
        if (options is null)
            return false;
        lock (changing)
        {
            state.ReadOutcomes();
            if (state.Lost is null && !_held && _saved != Position)
                Write(options);
            return state.Lost is null;
        }
    }

    /// <summary>
    /// Saves a checkpoint if possible; a failure is reported to <see cref="CheckpointOptions.OnFailure"/> if that is set, and does not end
    /// the training then.
    /// </summary>
    public void TrySave()
    {
        try
        {
            Save();
        }
        catch (UserException e) when (options?.OnFailure is not null)
        {
            _since.Restart();
            options.OnFailure(e);
        }
    }

    /// <summary>
    /// Saves, then suspends saving until the returned object is disposed: in between the network does not hold the weights being trained.
    /// </summary>
    public IDisposable Hold()
    {
        TrySave();
        lock (changing)
            _held = true;
        return new Held(this);
    }

    /// <summary>The newest checkpoint; null if there is none. Called by all processes.</summary>
    public CheckpointInfo? Newest() => Newest(group, () => options?.Folder.Newest(_ => { }));

    /// <summary>The checkpoint that rank 0 finds; null if it finds none. Called by all processes.</summary>
    public static CheckpointInfo? Newest(IProcessGroup group, Func<CheckpointInfo?> find) => group.FromFirst(find);

    /// <summary>
    /// Restores a checkpoint, forward or back. A concurrent save never sees a half-restored state. Called by all processes.
    /// </summary>
    /// <exception cref="UserException">The tensors are damaged or do not fit; the network may then be partly overwritten.</exception>
    public void Restore(CheckpointInfo checkpoint)
    {
        if (options is null && group.Rank == 0)
            throw new InvalidOperationException("this training run has no checkpoints");
        using var scope = NewDisposeScope();
        var tensors = Read(checkpoint);
        lock (changing)
        {
            (state.Start, state.Epochs, state.RateFactor) = (checkpoint.Start, checkpoint.Epochs, checkpoint.RateFactor);
            state.BeginEpoch(checkpoint.EpochSeconds, checkpoint.EpochImages);
            microBatches.Restore(checkpoint.MicroBatchSize);
            foreach (var (prefix, part) in parts)
                part.Restore(tensors.Where(item => item.Key.StartsWith(prefix))
                    .ToDictionary(item => item.Key[prefix.Length..], item => item.Value));
            if (state.Step != checkpoint.Step)
                throw SavedState.Unfit("the run", $"it has {state.Step} steps, not {checkpoint.Step}");
            (_saved, _held) = (Position, false);
        }
    }

    private Dictionary<string, Tensor> Read(CheckpointInfo checkpoint)
    {
        var tensors = group.Rank == 0 ? options!.Folder.Read(checkpoint) : [];
        if (group.Size == 1)
            return tensors;
        var slots = group.FromFirst(() =>
            tensors.Select(item => new TensorShape(item.Key, item.Value.dtype, item.Value.shape)).ToArray());
        foreach (var (name, type, shape) in slots)
        {
            if (group.Rank > 0)
                tensors.Add(name, empty(shape, type));
            group.FromFirst(tensors[name]);
        }
        return tensors;
    }

    private sealed record TensorShape(string Name, ScalarType Type, long[] Shape);

    private void Write(CheckpointOptions to)
    {
        using var scope = NewDisposeScope();
        var atEpochEnd = state.Step > 0 && state.EpochImages == 0;
        var info = new CheckpointInfo(CheckpointFolder.Format,
            ProgramVersion.Name, to.Run,
            state.Step, atEpochEnd, state.EpochSeconds, state.EpochImages, state.RateFactor, microBatches.Size,
            state.Epochs, Sha256: "", state.Start);
        var tensors = parts.SelectMany(item => item.Part.State(), (item, tensor) => (item.Prefix + tensor.Key, tensor.Value));
        to.Folder.Save(info, tensors, to.Keep);
        _saved = Position;
        _since.Restart();
    }

    private void Release()
    {
        lock (changing)
            _held = false;
    }

    private sealed class Held(Checkpointer owner) : IDisposable
    {
        public void Dispose() => owner.Release();
    }
}
