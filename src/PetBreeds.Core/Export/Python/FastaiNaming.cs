using System.Text.RegularExpressions;
using PetBreeds.Models;
using static TorchSharp.torch;

namespace PetBreeds.Export.Python;

/// <summary>
/// Names of fastai's <c>Sequential(body, head)</c>: the body is torchvision's network without its last layers, in a Sequential of its own,
/// so that modules go by their places.
/// </summary>
internal static partial class FastaiNaming
{
    /// <summary>The tensors of a network with fastai's head.</summary>
    public static IEnumerable<(string Name, Tensor Tensor)> Named(ImageClassifier model) => model.NamedTensors()
        // fastai's head has no norm behind the pooling, as a ConvNeXt has it.
        .Where(item => !item.Name.StartsWith("body.classifier.", StringComparison.Ordinal))
        .Select(item => (Of(item.Name), item.Tensor));

    /// <summary>fastai's name for a tensor of the network.</summary>
    internal static string Of(string name) => Part().Replace(name, found => found.Value switch
    {
        "head" => "1",
        "body.conv1" => "0.0",
        "body.bn1" => "0.1",
        "body.features" => "0.0",
        var layer => $"0.{layer[^1] - '0' + 3}", // behind conv1, bn1, ReLU and pooling: layer1 is the module 4
    });

    [GeneratedRegex("^(head|body[.](conv1|bn1|layer[1-4]|features))(?=[.])")]
    private static partial Regex Part();
}
