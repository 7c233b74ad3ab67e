namespace PetBreeds.Models;

/// <summary>A ResNet's plan (He, Zhang, Ren, Sun, "Deep Residual Learning", 2016, table 1).</summary>
/// <param name="Name">torchvision's name.</param>
/// <param name="Bottleneck">Whether blocks are 1×1, 3×3, 1×1 (ResNet50 and deeper) or two 3×3.</param>
/// <param name="Blocks">Residual blocks in each of the four layers.</param>
public sealed record Architecture(string Name, bool Bottleneck, IReadOnlyList<int> Blocks)
{
    /// <summary>The five known plans, shallow to deep.</summary>
    public static IReadOnlyList<Architecture> All { get; } =
    [
        new("resnet18", false, [2, 2, 2, 2]),
        new("resnet34", false, [3, 4, 6, 3]),
        new("resnet50", true, [3, 4, 6, 3]),
        new("resnet101", true, [3, 4, 23, 3]),
        new("resnet152", true, [3, 8, 36, 3]),
    ];

    /// <summary>Channels a block puts out for each channel of its inside.</summary>
    public int Expansion => Bottleneck ? 4 : 1;

    /// <summary>Channels of the last feature map.</summary>
    public int Features => 512 * Expansion;

    /// <summary>Numbers that the body's convolutions put out for one picture: what its memory hangs on.</summary>
    /// <param name="size">Side of the picture.</param>
    public long Activations(int size)
    {
        long Square(int stride) => (long)((size + stride - 1) / stride) * ((size + stride - 1) / stride);
        var sum = 64 * Square(2);
        for (var layer = 0; layer < Blocks.Count; layer++)
        {
            var (channels, stride, strideBefore) = (64L << layer, 4 << layer, layer == 0 ? 4 : 2 << layer);
            var block = (Bottleneck ? 2 + Expansion : 2) * channels * Square(stride);
            var first = Bottleneck ? channels * (Square(strideBefore) - Square(stride)) : 0; // its 1×1 comes before the stride
            var shortcut = Bottleneck || layer > 0 ? Expansion * channels * Square(stride) : 0;
            sum += Blocks[layer] * block + first + shortcut;
        }
        return sum;
    }

    /// <summary>Finds a plan by its name.</summary>
    /// <exception cref="UserException">There is none of that name.</exception>
    public static Architecture Named(string name) => All.FirstOrDefault(plan => plan.Name == name)
        ?? throw new UserException($"there is no architecture '{name}'", "--arch", $"Choose one of {string.Join(", ", All.Select(plan => plan.Name))}.");
}
