using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PetBreeds.Runtime;

/// <summary>The order of a picture tensor's numbers in memory. Shapes stay [N,C,H,W] in either.</summary>
internal static class MemoryFormat
{
    /// <summary>
    /// The same values with the channels of a pixel side by side (PyTorch's <c>channels_last</c>); what already is so is not copied.
    /// Convolutions, batch norms, pooling and sums keep the order of their input. float [N,C,H,W].
    /// </summary>
    public static Tensor ChannelsLast(this Tensor pictures)
    {
        using var scope = NewDisposeScope();
        return pictures.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>Reorders a network's convolution weights in place: before the first backward pass, on their device.</summary>
    public static void ToChannelsLast(Module network)
    {
        using var noGradients = no_grad();
        foreach (var weight in network.parameters().Where(parameter => parameter.dim() == 4))
        {
            using var reordered = weight.detach().ChannelsLast();
            weight.set_(reordered);
        }
    }
}
