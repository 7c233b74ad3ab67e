using static TorchSharp.torch;

namespace PetBreeds.Models;

/// <summary>
/// A ResNet architecture (He, Zhang, Ren, Sun, "Deep Residual Learning", 2016, table 1), or one of its variants: ResNeXt, whose 3×3
/// convolutions are grouped (Xie et al., "Aggregated Residual Transformations", 2017, table 1), and the wide ResNet, whose blocks are wider
/// internally (Zagoruyko and Komodakis, "Wide Residual Networks", 2016).
/// </summary>
/// <remarks>
/// torchvision evaluates its "V1" weights on photos with a short side of 256 and its "V2" weights with 232, both cropped to 224.
/// </remarks>
/// <param name="Name">torchvision's name.</param>
/// <param name="Bottleneck">Whether blocks are 1×1, 3×3, 1×1 (ResNet50 and deeper) or two 3×3.</param>
/// <param name="Blocks">Residual blocks in each of the four layers.</param>
internal sealed record ResNetArchitecture(string Name, bool Bottleneck, IReadOnlyList<int> Blocks) : Architecture(Name)
{
    /// <summary>Number of groups of each 3×3 convolution in a bottleneck (ResNeXt's "cardinality").</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Channels of each group in the first layer; each later layer has twice as many as the previous one.</summary>
    public int WidthPerGroup { get; init; } = 64;

    /// <summary>Ratio of a block's output channels to the layer's base width (64, 128, 256, 512).</summary>
    public int Expansion => Bottleneck ? 4 : 1;

    /// <inheritdoc/>
    public override int Features => 512 * Expansion;

    /// <inheritdoc/>
    internal override string ClassifierName => "fc";

    internal override IReadOnlyList<TensorNaming> Namings => TensorNaming.ResNet;

    /// <summary>Number of channels inside a block.</summary>
    /// <param name="channels">The layer's base width: 64, 128, 256 or 512.</param>
    public int Width(int channels) => channels * WidthPerGroup / 64 * Groups;

    /// <inheritdoc/>
    internal override long Activations(int size)
    {
        long Square(int stride) => (long)((size + stride - 1) / stride) * ((size + stride - 1) / stride);
        var sum = 64 * Square(2);
        for (var layer = 0; layer < Blocks.Count; layer++)
        {
            var (channels, stride, strideBefore) = (64 << layer, 4 << layer, layer == 0 ? 4 : 2 << layer);
            var (inside, outside) = ((long)Width(channels), (long)Expansion * channels);
            var block = (Bottleneck ? 2 * inside + outside : 2 * inside) * Square(stride);
            var first = Bottleneck ? inside * (Square(strideBefore) - Square(stride)) : 0; // its 1×1 convolution comes before the stride
            var shortcut = Bottleneck || layer > 0 ? outside * Square(stride) : 0;
            sum += Blocks[layer] * block + first + shortcut;
        }
        return sum;
    }

    private protected override Body Create(int? classes, Device? device) => new ResNet(this, classes, device);
}
