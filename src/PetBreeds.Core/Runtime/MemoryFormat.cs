using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PetBreeds.Runtime;

/// <summary>The memory format of image tensors. Shapes are [N,C,H,W] in either format.</summary>
internal static class MemoryFormat
{
    /// <summary>
    /// Converts to PyTorch's <c>channels_last</c> format, in which the channels of a pixel are adjacent; a tensor already in it is not
    /// copied. Convolutions, batch norms, pooling and sums keep the format of their input. float [N,C,H,W].
    /// </summary>
    public static Tensor ChannelsLast(this Tensor pictures)
    {
        using var scope = NewDisposeScope();
        return pictures.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Converts a network's convolution weights in place. Call it before the first backward pass, when they are on their device.
    /// </summary>
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
