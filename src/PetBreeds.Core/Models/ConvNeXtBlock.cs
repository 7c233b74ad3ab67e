using PetBreeds.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PetBreeds.Models;

/// <summary>
/// A 7×7 depthwise convolution, layer norm, and two linear layers over the channels of each position with a GELU between them, with a
/// residual connection (torchvision's CNBlock, with its tensor names). float [N,C,H,W] → the same shape.
/// </summary>
internal sealed class ConvNeXtBlock : Module<Tensor, Tensor>
{
    private const double FirstScale = 1e-6; // as in the paper: an untrained block changes almost nothing

    private readonly Sequential block;
    private readonly double _dropPath;
    private Parameter layer_scale;

    /// <param name="channels">Number of input and output channels.</param>
    /// <param name="dropPath">Probability that training drops the branch for a photo, at least 0 and below 1.</param>
    /// <param name="device">The device of its tensors.</param>
    public ConvNeXtBlock(int channels, double dropPath, Device? device) : base(nameof(ConvNeXtBlock))
    {
        _dropPath = dropPath;
        using var ones = torch.ones(channels, 1, 1, device: device);
        layer_scale = Parameter(ones.Mul(FirstScale));
        block = Sequential( // torchvision's other indices are permutations and the GELU, which have no tensors
            ("0", Conv2d(channels, channels, 7, padding: 3, groups: channels, device: device)),
            ("2", PixelNorm.Of(channels, device)),
            ("3", Linear(channels, 4 * channels, device: device)),
            ("5", Linear(4 * channels, channels, device: device)));
        RegisterComponents();
    }

    /// <summary>The scale of each channel of the branch. float32 [channels, 1, 1].</summary>
    public Parameter LayerScale
    {
        get => layer_scale;
        set
        {
            layer_scale = value;
            ConditionallyRegisterParameter(nameof(layer_scale), value);
        }
    }

    public override Tensor forward(Tensor input)
    {
        using var x = ((Conv2d)block[0]).forward(input);
        using var places = x.permute(0, 2, 3, 1); // float [N,H,W,C]; no copy is needed with channels last
        using var normal = ((LayerNorm)block[1]).forward(places);
        using var wide = ((Linear)block[2]).forward(normal);
        using var active = functional.gelu(wide);
        using var narrow = ((Linear)block[3]).forward(active);
        using var branch = narrow.permute(0, 3, 1, 2);
        var result = branch.mul(layer_scale); // float32 again under autocast, so that the sum of the blocks is not rounded
        if (training)
            DropPath.Apply(result, _dropPath);
        return result.AddInPlace(input);
    }
}

/// <summary>
/// Drops the branch of a block for some photos (Huang et al., "Deep Networks with Stochastic Depth", 2016; torchvision's
/// <c>stochastic_depth</c> in its mode "row").
/// </summary>
internal static class DropPath
{
    /// <summary>
    /// Sets the branches of some photos to zero and scales up the others, so that the mean is preserved. Draws from torch's own generator.
    /// </summary>
    /// <param name="branch">float [N, …]; it is overwritten.</param>
    /// <param name="probability">Drop probability, at least 0 and below 1; 0 draws nothing.</param>
    public static void Apply(Tensor branch, double probability)
    {
        if (probability == 0)
            return;
        long[] shape = [branch.shape[0], .. branch.shape.Skip(1).Select(_ => 1L)];
        using var kept = empty(shape, branch.dtype, branch.device);
        kept.bernoulli_(1 - probability).DivInPlace(1 - probability);
        branch.mul_(kept);
    }
}

/// <summary>Layer norm over the channels of each position (torchvision's LayerNorm2d), epsilon 1e-6.</summary>
internal static class PixelNorm
{
    public static LayerNorm Of(int channels, Device? device) => LayerNorm(channels, eps: 1e-6, device: device);

    /// <summary>float [N,C,H,W] → the same shape, channels last.</summary>
    public static Tensor Forward(LayerNorm norm, Tensor input)
    {
        using var places = input.permute(0, 2, 3, 1);
        using var normal = norm.forward(places);
        return normal.permute(0, 3, 1, 2);
    }
}
