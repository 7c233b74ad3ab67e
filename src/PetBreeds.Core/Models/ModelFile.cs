using PetBreeds.Models.Weights;
using PetBreeds.Runtime;
using PetBreeds.Runtime.Files;
using static TorchSharp.torch;

namespace PetBreeds.Models;

/// <summary>
/// A trained model as one self-describing safetensors file: the body with torchvision's names, a linear head as torchvision's classifier
/// (any other under <c>head.</c>), and a <see cref="ModelCard"/>.
/// </summary>
internal static class ModelFile
{
    private const int CopyBuffer = 1 << 20;
    private const string BodyPrefix = "body.";
    private const string ClassifierPrefix = "head.fc.";

    /// <summary>Writes a model atomically.</summary>
    public static void Save(string path, ImageClassifier model, ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(card);
        SafeTensors.Write(path, model.NamedTensors()
            .Select(item => (FileName(item.Name, model.Body.Plan), item.Tensor)), (card with { Head = model.Kind }).ToMetadata());
    }

    /// <summary>Copies a model atomically.</summary>
    /// <exception cref="UserException">The file cannot be read or written.</exception>
    public static void Copy(string from, string to) => AtomicFile.Write(to, "the weight file", stream =>
    {
        using var source = File.OpenRead(from);
        source.CopyTo(stream, CopyBuffer);
    });

    /// <summary>Reads the description in a model file, without its weights and without libtorch.</summary>
    /// <exception cref="UserException">The file is missing, damaged, or not a petbreeds model.</exception>
    public static ModelCard ReadCard(string path)
    {
        using var file = WeightFile.Open(path);
        return ModelCard.FromMetadata(file.Metadata, path);
    }

    /// <summary>Loads a model to the CPU, in evaluation mode.</summary>
    /// <exception cref="UserException">The file is missing, damaged, or not a petbreeds model.</exception>
    public static (ImageClassifier Model, ModelCard Card) Load(string path)
    {
        using var file = WeightFile.Open(path);
        var card = ModelCard.FromMetadata(file.Metadata, path);
        RequireHead(file, card, path);
        TorchRuntime.EnsureLoaded();
        var model = new ImageClassifier(card.Architecture, card.Classes.Count, card.Head, META);
        WeightLoading.Fill([.. model.TensorSlots()
            .Select(slot => slot with { Name = FileName(slot.Name, card.Architecture) })], file, path);
        model.eval();
        return (model, card);
    }

    /// <summary>Checked before memory is allocated: a short description can claim a million classes.</summary>
    private static void RequireHead(WeightFile file, ModelCard card, string path)
    {
        var (name, inputs) = card.Head == HeadKind.Linear ? ($"{card.Architecture.ClassifierName}.weight", card.Architecture.Features)
            : ("head.8.weight", FastaiHead.Hidden);
        if (file.Tensors.FirstOrDefault(t => t.Name == name)?.Shape is not [var outputs, var found] || outputs != card.Classes.Count
            || found != inputs)
            throw new UserException($"the model's description names {card.Classes.Count} classes, but its tensor {name} is missing or has "
                + "another shape", path,
                "Train the model again or restore a copy.");
    }

    /// <summary>What a tensor of the network is called in files.</summary>
    internal static string FileName(string name, Architecture plan) => name.StartsWith(BodyPrefix) ? name[BodyPrefix.Length..]
        : name.StartsWith(ClassifierPrefix) ? $"{plan.ClassifierName}.{name[ClassifierPrefix.Length..]}" : name;
}
