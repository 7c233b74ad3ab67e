using PetBreeds.Models.Weights;
using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Models;

/// <summary>
/// A trained model as one self-describing safetensors file: body under torchvision's names, head under <c>head.</c>, and a <see
/// cref="ModelCard"/>.
/// </summary>
public static class ModelFile
{
    private const string BodyPrefix = "body.";
    private const string LastLayer = "head.8.weight";

    /// <summary>Writes a model; the file appears whole or not at all.</summary>
    public static void Save(string path, ImageClassifier model, ModelCard card) =>
        SafeTensors.Write(path, model.NamedTensors().Select(item => (FileName(item.Name), item.Tensor)), card.ToMetadata());

    /// <summary>Reads what a model file says of itself, without its weights and without libtorch.</summary>
    /// <exception cref="UserException">The file is missing, damaged, or none of petbreeds'.</exception>
    public static ModelCard ReadCard(string path)
    {
        using var file = WeightFile.Open(path);
        return ModelCard.FromMetadata(file.Metadata, path);
    }

    /// <summary>Reads a model onto the CPU, in evaluation mode.</summary>
    /// <exception cref="UserException">The file is missing, damaged, or none of petbreeds'.</exception>
    public static (ImageClassifier Model, ModelCard Card) Load(string path)
    {
        using var file = WeightFile.Open(path);
        var card = ModelCard.FromMetadata(file.Metadata, path);
        RequireHead(file, card.Classes.Count, path);
        TorchRuntime.EnsureLoaded();
        var model = new ImageClassifier(card.Architecture, card.Classes.Count, META);
        WeightLoading.Fill([.. model.TensorSlots().Select(slot => slot with { Name = FileName(slot.Name) })], file, path);
        model.eval();
        return (model, card);
    }

    /// <summary>Before the model takes memory: a short description can claim a million classes.</summary>
    private static void RequireHead(WeightFile file, int classes, string path)
    {
        if (file.Tensors.FirstOrDefault(t => t.Name == LastLayer)?.Shape is not [var outputs, Head.Hidden] || outputs != classes)
            throw new UserException($"the model's description names {classes} classes, but its tensor {LastLayer} is missing or of another shape", path,
                "Train the model again or take a copy.");
    }

    private static string FileName(string name) => name.StartsWith(BodyPrefix) ? name[BodyPrefix.Length..] : name;
}
