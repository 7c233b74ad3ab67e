using PetBreeds.Batches;
using PetBreeds.Runtime;
using PetBreeds.Training.Aids;
using static TorchSharp.torch;

namespace PetBreeds.Training;

/// <summary>
/// One optimizer step. Nothing is read off the device: whether the loss and the gradients are finite decides there whether the update
/// takes place.
/// </summary>
/// <param name="model">In training mode.</param>
/// <param name="pass">Forward, through the same model.</param>
/// <param name="optimizer">Over the model's parameters.</param>
/// <param name="scaler">For float16; else null.</param>
/// <param name="transform">Makes the input.</param>
/// <param name="split">How many photos at once.</param>
/// <param name="device">Where the model is.</param>
/// <param name="criterion">The loss.</param>
/// <param name="mixing">Of photos with each other; null: none.</param>
internal sealed class TrainStep(
    nn.Module model, ForwardPass pass, Adam optimizer, GradientScaler? scaler, BatchTransform transform, BatchSplit split, Device device,
    Criterion criterion, MixOptions? mixing = null) : IDisposable
{
    /// <summary>Batch norm divides by the spread of the photos: of one alone there is none.</summary>
    internal const int LeastPhotos = 2;

    private readonly Lock _gate = new();
    private readonly BufferCopy _buffers = new(model);
    private readonly Tensor _one = ones([], device: device).DetachFromDisposeScope();
    private bool _underWay;

    /// <summary>Forward, loss, backward, and, if all is finite, update. Where memory runs out, it is done again in smaller parts.</summary>
    /// <param name="batch">Photos.</param>
    /// <param name="rates">A learning rate for each group.</param>
    /// <param name="momentum">Adam's first beta.</param>
    /// <param name="seed">For dropout and mixing.</param>
    /// <param name="done">
    /// Told the outcome, float32 [3] on the device: mean loss, 1 where the update was skipped (else 0), scale of the loss. <see
    /// cref="AtRest"/> sees the update and what is done here, or neither.
    /// </param>
    /// <exception cref="UserException">Not even two photos at once fit into memory.</exception>
    public void Run(Batch batch, IReadOnlyList<double> rates, double momentum, ulong seed, Action<Tensor> done)
    {
        Save();
        while (true)
        {
            try
            {
                Attempt(batch, rates, momentum, seed, done);
                return;
            }
            catch (Exception e) when (OutOfMemory.Is(e))
            {
                Undo();
                if (!split.Halve(batch.Count, LeastPhotos))
                    throw new UserException($"{device} has too little memory for {LeastPhotos} photos at once", null,
                        "Use a smaller --size, a shallower --arch, or another --device; close what else uses the memory.", e);
            }
        }
    }

    /// <summary>
    /// Shows the network between two steps. While a step computes, on another thread, it is seen as it was before: gradients are not looked
    /// at, parameters and moments change at the end of a step only, and of the statistics there is a copy.
    /// </summary>
    /// <param name="look">Is given a function from a buffer's name to what stands in its place; null: the buffer itself.</param>
    public void AtRest(Action<Func<string, Tensor?>> look)
    {
        lock (_gate)
            look(name => _underWay ? _buffers.Saved(name) : null);
    }

    /// <summary>Before <see cref="Attempt"/>: keeps what <see cref="Undo"/> goes back to.</summary>
    internal void Save()
    {
        lock (_gate)
        {
            _buffers.Save();
            _underWay = true;
        }
    }

    /// <summary>A step that is not tried again: memory may run out.</summary>
    internal void Attempt(Batch batch, IReadOnlyList<double> rates, double momentum, ulong seed, Action<Tensor> done)
    {
        using var scope = NewDisposeScope();
        TorchRandom.Seed(device, seed);
        var loss = zeros([], device: device);
        var mix = mixing is null ? null : BatchMix.Draw(mixing, batch.Count, transform.Size, seed);
        foreach (var (start, count) in split.Parts(batch.Count, LeastPhotos))
            AddPart(loss, batch, start, count, mix);
        lock (_gate)
        {
            var outcome = Update(loss, rates, momentum);
            _underWay = false;
            done(outcome);
        }
    }

    /// <summary>
    /// Forgets what <see cref="Attempt"/> did before memory ran out: gradients and statistics (an update is done whole or not begun).
    /// </summary>
    internal void Undo()
    {
        optimizer.ZeroGradients();
        _buffers.Restore();
    }

    /// <summary>Frees what is kept from step to step.</summary>
    public void Dispose()
    {
        _buffers.Dispose();
        _one.Dispose();
    }

    private void AddPart(Tensor total, Batch batch, int start, int count, BatchMix? mix)
    {
        using var scope = NewDisposeScope();
        var loss = pass.Run(batch, start, count, transform, criterion, mix).Loss; // parts add up to the mean over the batch
        (scaler is null ? loss : loss.mul(scaler.Scale)).backward();
        total.AddInPlace(loss.detach());
    }

    private Tensor Update(Tensor loss, IReadOnlyList<double> rates, double momentum)
    {
        using var scope = NewDisposeScope();
        var skip = loss.isfinite().logical_not().to(ScalarType.Float32);
        optimizer.Step(rates, momentum, skip, scaler is null ? _one : scaler.Scale.reciprocal());
        optimizer.ZeroGradients();
        var outcome = stack([loss, skip, scaler?.Scale ?? _one]);
        scaler?.Update(skip);
        return outcome.MoveToOuterDisposeScope();
    }
}
