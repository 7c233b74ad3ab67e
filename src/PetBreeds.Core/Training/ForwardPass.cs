using PetBreeds.Batches;
using PetBreeds.Runtime;
using PetBreeds.Training.Aids;
using static TorchSharp.torch;

namespace PetBreeds.Training;

/// <summary>From the network's input to logits: the one way of training, validation and prediction.</summary>
/// <param name="model">On the device, in the memory order of <paramref name="compute"/>.</param>
/// <param name="compute">Where and how.</param>
public sealed class ForwardPass(nn.Module<Tensor, Tensor> model, Compute compute)
{
    /// <summary>Logits of photos.</summary>
    /// <param name="input">float32 [N, 3, size, size] on the device, normalised.</param>
    /// <returns>float32 [N, classes] on the device, whatever the precision.</returns>
    public Tensor Logits(Tensor input)
    {
        using var scope = NewDisposeScope();
        if (compute.ChannelsLast)
            input = input.ChannelsLast();
        using var region = Autocast.Enter(compute.Device, compute.Precision);
        return model.forward(input).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>Logits and labels of some photos of a batch, and what they add to its mean loss, all on the device.</summary>
    internal (Tensor Logits, Tensor Labels, Tensor Loss) Run(
        Batch batch, int start, int count, BatchTransform transform, Criterion criterion, BatchMix? mix = null)
    {
        using var scope = NewDisposeScope();
        var part = count == batch.Count ? batch : Part(batch, start, count);
        var labels = batch.Labels.to(compute.Device, non_blocking: true); // of the whole batch
        var input = transform.Input(part, compute.Device); // made outside the region of half precision
        var logits = Logits(mix?.Inputs(batch, start, input, transform) ?? input);
        var loss = criterion.Share(logits, mix?.Targets(labels, logits.shape[1]) ?? labels, start);
        return (logits.MoveToOuterDisposeScope(), labels.narrow(0, start, count).MoveToOuterDisposeScope(), loss.MoveToOuterDisposeScope());
    }

    /// <summary>Some photos of a batch.</summary>
    internal static Batch Part(Batch batch, int start, int count) => new(
        batch.Pixels.narrow(0, start, count), batch.Labels.narrow(0, start, count),
        [.. batch.Samples.Skip(start).Take(count)], [.. batch.Draws.Skip(start).Take(count)]);
}
