using PetBreeds.Batches;
using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Training;

/// <summary>From a batch to logits: the one way of training, validation and prediction.</summary>
/// <param name="model">On the device, in the memory order of <paramref name="compute"/>.</param>
/// <param name="transform">Augments and normalises.</param>
/// <param name="compute">Where and how.</param>
public sealed class ForwardPass(nn.Module<Tensor, Tensor> model, BatchTransform transform, Compute compute)
{
    /// <summary>Logits of photos.</summary>
    /// <param name="pixels">As <see cref="Batch.Pixels"/>, on any device.</param>
    /// <param name="draws">One for each photo.</param>
    /// <returns>float32 [N, classes] on the device, whatever the precision.</returns>
    public Tensor Logits(Tensor pixels, IReadOnlyList<AugmentDraw> draws)
    {
        using var scope = NewDisposeScope();
        var input = transform.Input(pixels, draws, compute.Device); // float32 [N,3,size,size]; not in half precision
        if (compute.ChannelsLast)
            input = input.ChannelsLast();
        using var region = Autocast.Enter(compute.Device, compute.Precision);
        return model.forward(input).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>Mean cross-entropy of some photos of a batch, and their logits.</summary>
    internal (Tensor Logits, Tensor Labels, Tensor Loss) Run(Batch batch, int start, int count, double smoothing)
    {
        using var scope = NewDisposeScope();
        var labels = batch.Labels.narrow(0, start, count).to(compute.Device, non_blocking: true); // int64 [count]
        var draws = count == batch.Count ? batch.Draws : [.. batch.Draws.Skip(start).Take(count)];
        var logits = Logits(batch.Pixels.narrow(0, start, count), draws);
        var loss = CrossEntropy.Mean(logits, labels, smoothing);
        return (logits.MoveToOuterDisposeScope(), labels.MoveToOuterDisposeScope(), loss.MoveToOuterDisposeScope());
    }
}
