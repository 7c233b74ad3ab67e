using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Models;

/// <summary>Computes logits from the network's input; the one implementation for training, validation and prediction.</summary>
/// <param name="model">The model, on the device and in the memory format of <paramref name="compute"/>.</param>
/// <param name="compute">The device and precision.</param>
internal sealed class ForwardPass(nn.Module<Tensor, Tensor> model, Compute compute)
{
    /// <summary>Computes the logits of photos.</summary>
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
