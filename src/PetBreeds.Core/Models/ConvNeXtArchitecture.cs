using static TorchSharp.torch;

namespace PetBreeds.Models;

/// <summary>A ConvNeXt architecture (Liu, Mao, Wu, Feichtenhofer, Darrell, Xie, "A ConvNet for the 2020s", 2022, section 3).</summary>
/// <remarks>
/// torchvision evaluates its weights on photos with a short side of 236 (tiny), 230 (small) and 232 (base), all cropped to 224, with
/// bilinear filtering.
/// </remarks>
/// <param name="Name">torchvision's name.</param>
/// <param name="Width">Channels of the first stage; each later stage has twice as many as the previous one.</param>
/// <param name="Blocks">Blocks in each of the four stages.</param>
/// <param name="DropPath">
/// Probability, at least 0 and below 1, that training drops the last block's branch for a photo (torchvision's
/// <c>stochastic_depth_prob</c>); it rises linearly from 0 at the first block.
/// </param>
internal sealed record ConvNeXtArchitecture(string Name, int Width, IReadOnlyList<int> Blocks, double DropPath) : Architecture(Name)
{
    /// <inheritdoc/>
    public override int Features => Channels(Blocks.Count - 1);

    /// <inheritdoc/>
    internal override string ClassifierName => "classifier.2";

    internal override IReadOnlyList<TensorNaming> Namings => TensorNaming.ConvNeXt;

    /// <summary>Number of channels of a stage.</summary>
    /// <param name="stage">Index of the stage, from 0.</param>
    public int Channels(int stage) => Width << stage;

    /// <inheritdoc/>
    internal override long Activations(int size)
    {
        const int InBlock = 1 + 4 + 1; // the depthwise convolution, the expanding linear layer and the projecting one
        var sum = 0L;
        for (var (stage, side) = (0, size / 4); stage < Blocks.Count; stage++, side /= 2)
            sum += (1 + InBlock * Blocks[stage]) * (long)Channels(stage) * side * side; // 1: the stem or the downsampling before it
        return sum;
    }

    private protected override Body Create(int? classes, Device? device) => new ConvNeXt(this, classes, device);
}
