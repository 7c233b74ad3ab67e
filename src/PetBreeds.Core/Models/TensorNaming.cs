using System.Text.RegularExpressions;

namespace PetBreeds.Models;

/// <summary>
/// A program's naming scheme for the tensors of a body. The network's own names are those of torchvision; timm uses the same for ResNets.
/// </summary>
/// <param name="Program">The program, for messages; null for torchvision.</param>
/// <param name="Of">Returns the name that corresponds to one of torchvision's.</param>
internal sealed partial record TensorNaming(string? Program, Func<string, string> Of)
{
    private static readonly TensorNaming Torchvision = new(null, name => name);

    /// <summary>The known schemes for a ConvNeXt, in the order in which they are tried.</summary>
    public static IReadOnlyList<TensorNaming> ConvNeXt { get; } =
        [Torchvision, ConvNeXtNaming.Timm, ConvNeXtNaming.Paper, ConvNeXtNaming.Transformers];

    /// <summary>The known schemes for a ResNet, in the order in which they are tried.</summary>
    public static IReadOnlyList<TensorNaming> ResNet { get; } =
    [
        Torchvision,
        new("positions in a Sequential, as in fastai", name => Positions().Replace(name, found => found.Value switch
        {
            "conv1" => "0",
            "bn1" => "1",
            _ => $"{found.Value[^1] - '0' + 3}", // after conv1, bn1, ReLU and pooling, layer1 is module 4
        })),
        new("layer0 for conv1 and bn1", name => Stem().Replace(name, found => found.Value == "conv1" ? "layer0.0" : "layer0.1")),
        new("Hugging Face transformers' names", Transformers),
    ];

    private static string Transformers(string name)
    {
        name = InBlock().Replace(name, found => $"layer.{found.Groups["number"].Value[0] - '1'}.{Kind(found)}.");
        name = Shortcut().Replace(name, found => found.Value == "downsample.0." ? "shortcut.convolution." : "shortcut.normalization.");
        name = Layer().Replace(name, found => $"encoder.stages.{found.Groups[1].Value[0] - '1'}.layers.");
        return Stem().Replace(name, found => $"embedder.embedder.{(found.Value == "conv1" ? "convolution" : "normalization")}");
    }

    private static string Kind(Match found) => found.Groups["kind"].Value == "conv" ? "convolution" : "normalization";

    [GeneratedRegex("^(conv1|bn1|layer[1-4])(?=[.])")]
    private static partial Regex Positions();

    [GeneratedRegex("^(conv1|bn1)(?=[.])")]
    private static partial Regex Stem();

    [GeneratedRegex("^layer([1-4])[.]")]
    private static partial Regex Layer();

    [GeneratedRegex("(?<=[.])(?<kind>conv|bn)(?<number>[1-3])[.]")]
    private static partial Regex InBlock();

    [GeneratedRegex("downsample[.][01][.]")]
    private static partial Regex Shortcut();
}
