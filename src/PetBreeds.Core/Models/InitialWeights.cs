namespace PetBreeds.Models;

/// <summary>The weights from which a network starts.</summary>
public sealed record InitialWeights
{
    private InitialWeights(string text) => Text = text;

    /// <summary>torchvision's newest weights for the architecture.</summary>
    public static InitialWeights ImageNet { get; } = new("imagenet");

    /// <summary>
    /// torchvision's first weights, trained with the papers' recipes; the only ones for resnet18, resnet34 and the ConvNeXts.
    /// </summary>
    public static InitialWeights ImageNetV1 { get; } = new("imagenet-v1");

    /// <summary>torchvision's weights from the 2021 recipe (resnet50 and deeper, ResNeXts, the wide ResNet).</summary>
    public static InitialWeights ImageNetV2 { get; } = new("imagenet-v2");

    /// <summary>No weights: train from scratch.</summary>
    public static InitialWeights None { get; } = new("none");

    /// <summary>A .pth or .safetensors file on this machine, or the URL of one, which may end in <c>#sha256=…</c>.</summary>
    public static InitialWeights File(string pathOrUrl)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(pathOrUrl);
        var weights = new InitialWeights(pathOrUrl);
        return weights.IsUrl ? weights : new InitialWeights(Path.GetFullPath(pathOrUrl)); // a file may be called "none"
    }

    /// <summary>Reads "imagenet", "imagenet-v1", "imagenet-v2", "none", a path or a URL.</summary>
    /// <exception cref="FormatException">The text is empty.</exception>
    public static InitialWeights Parse(string text) => string.IsNullOrWhiteSpace(text)
        ? throw new FormatException("no weights are given")
        : new InitialWeights(text);

    /// <summary>Whether it is one of torchvision's sets.</summary>
    internal bool IsListed => this == ImageNet || this == ImageNetV1 || this == ImageNetV2;

    /// <summary>Whether it is to be fetched from a URL.</summary>
    internal bool IsUrl => Text.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
        || Text.StartsWith("http://", StringComparison.OrdinalIgnoreCase);

    /// <summary>The same with an absolute path, if it is a path.</summary>
    internal InitialWeights WithFullPath() => this == None || IsListed || IsUrl ? this : new InitialWeights(Path.GetFullPath(Text));

    private string Text { get; }

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Text;
}
