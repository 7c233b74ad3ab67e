using PetBreeds.Batches;
using PetBreeds.Distributed;
using PetBreeds.Models;
using PetBreeds.Runtime;
using PetBreeds.Training.Losses;
using PetBreeds.Training.Regularization;
using static TorchSharp.torch;

namespace PetBreeds.Training.Steps;

/// <summary>
/// A network and everything that turns a batch into a loss: shared by training, validation, the pace meter, the learning-rate finder and
/// the choice of a batch size.
/// </summary>
internal sealed class Learner : IDisposable
{
    private readonly BatchTransform _transform;
    private readonly ForwardPass _training, _evaluation;
    private readonly Criterion _loss, _plainLoss;
    private readonly IReadOnlyList<float>? _classWeights;

    /// <param name="model">The network, placed by <paramref name="compute"/>.</param>
    /// <param name="compute">The device and precision.</param>
    /// <param name="transform">Augments and normalises batches.</param>
    /// <param name="microBatches">How many photos go through the network at once.</param>
    /// <param name="options">The loss and its options.</param>
    /// <param name="group">The processes that train together; null for this one alone.</param>
    public Learner(nn.Module<Tensor, Tensor> model, Compute compute, BatchTransform transform, MicroBatches microBatches,
        LoopOptions options, IProcessGroup? group = null)
    {
        (Model, Compute, MicroBatches, _transform) = (model, compute, microBatches, transform);
        (Group, _classWeights) = (group ?? SingleProcess.Instance, options.ClassWeights);
        (_training, _evaluation) = (new ForwardPass(model, compute), new ForwardPass(model, compute.ForMeasuring));
        _loss = new Criterion(options.Loss, options.LabelSmoothing, options.ClassWeights, compute.Device);
        _plainLoss = new Criterion(options.Loss, 0);
    }

    /// <summary>The network: float32 [N, 3, size, size] → [N, classes].</summary>
    public nn.Module<Tensor, Tensor> Model { get; }

    /// <summary>The device and precision.</summary>
    public Compute Compute { get; }

    /// <summary>The device.</summary>
    public Device Device => Compute.Device;

    /// <summary>How many photos go through the network at once.</summary>
    public MicroBatches MicroBatches { get; }

    /// <summary>The processes that train together; each of them has a learner of its own.</summary>
    public IProcessGroup Group { get; }

    /// <summary>Side of the network's input in pixels.</summary>
    public int InputSize => _transform.Size;

    /// <summary>
    /// The contribution of a micro-batch to the mean training loss of its batch, in the training's precision, with gradients.
    /// </summary>
    /// <param name="batch">The whole batch.</param>
    /// <param name="start">Index of the micro-batch's first photo.</param>
    /// <param name="count">Number of photos in the micro-batch.</param>
    /// <param name="mix">How to mix the photos of the batch; null for no mixing.</param>
    /// <returns>float32 [] on the device.</returns>
    public Tensor Loss(Batch batch, int start, int count, BatchMix? mix = null)
    {
        using var scope = NewDisposeScope();
        var labels = batch.Labels.to(Device, non_blocking: true); // for the whole batch
        var input = Input(batch, start, count); // prepared outside the autocast region
        var logits = _training.Logits(mix?.Inputs(batch, start, input, _transform) ?? input);
        return _loss.Share(logits, mix?.Targets(labels, logits.shape[1]) ?? labels, start).MoveToOuterDisposeScope();
    }

    /// <summary>What the mean loss of a batch is divided by: its number of photos, or the sum of their class weights.</summary>
    public double Weight(Batch batch, BatchMix? mix = null)
    {
        if (_classWeights is null)
            return batch.Count;
        using var scope = NewDisposeScope();
        var targets = Criterion.Dense(mix?.Targets(batch.Labels, _classWeights.Count) ?? batch.Labels, _classWeights.Count);
        return HostRead.Values(targets.mul(tensor([.. _classWeights])).sum())[0]; // labels are on the CPU
    }

    /// <summary>
    /// Logits and labels of a micro-batch in float32, and its contribution to the mean loss of its batch, without label smoothing and class
    /// weights.
    /// </summary>
    public (Tensor Logits, Tensor Labels, Tensor Loss) Evaluate(Batch batch, int start, int count)
    {
        using var scope = NewDisposeScope();
        var labels = batch.Labels.to(Device, non_blocking: true);
        var logits = _evaluation.Logits(Input(batch, start, count));
        var loss = _plainLoss.Share(logits, labels, start);
        return (logits.MoveToOuterDisposeScope(), labels.narrow(0, start, count).MoveToOuterDisposeScope(), loss.MoveToOuterDisposeScope());
    }

    /// <summary>Logits of a batch in float32, without gradients; micro-batches are halved if memory runs out.</summary>
    /// <returns>float32 [N, classes] on the device.</returns>
    public Tensor Logits(Batch batch) => Forward(_evaluation, batch);

    /// <summary>As <see cref="Logits"/>, for a part of the network.</summary>
    public Tensor Forward(ForwardPass pass, Batch batch) => MicroBatches.Forward(batch.Count, Device, () =>
    {
        using var scope = NewDisposeScope();
        var parts = new List<Tensor>();
        foreach (var (start, count) in MicroBatches.Of(batch.Count, fewest: 1))
            parts.Add(pass.Logits(Input(batch, start, count)));
        return cat(parts).MoveToOuterDisposeScope();
    });

    /// <summary>The network's input for a micro-batch: float32 [count, 3, size, size] on the device.</summary>
    public Tensor Input(Batch batch, int start, int count)
    {
        using var scope = NewDisposeScope();
        return _transform.Input(batch.Slice(start, count), Device).MoveToOuterDisposeScope();
    }

    /// <summary>Frees the loss; network and transform belong to the caller.</summary>
    public void Dispose()
    {
        _loss.Dispose();
        _plainLoss.Dispose();
    }
}
