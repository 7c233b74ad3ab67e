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

    /// <summary>Finds a plan by its name.</summary>
    /// <exception cref="UserException">There is none of that name.</exception>
    public static Architecture Named(string name) => All.FirstOrDefault(plan => plan.Name == name)
        ?? throw new UserException($"there is no architecture '{name}'", "--arch", $"Choose one of {string.Join(", ", All.Select(plan => plan.Name))}.");
}
