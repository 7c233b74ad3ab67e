using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Models;

/// <summary>From the network's input to logits: the one way of training, validation and prediction.</summary>
/// <param name="model">On the device, in the memory order of <paramref name="compute"/>.</param>
/// <param name="compute">Where and how.</param>
internal sealed class ForwardPass(nn.Module<Tensor, Tensor> model, Compute compute)
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
}
