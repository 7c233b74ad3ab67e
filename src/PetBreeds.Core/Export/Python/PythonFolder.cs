using PetBreeds.Models;
using PetBreeds.Models.Weights;
using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Export.Python;

/// <summary>Writes a model's weights under the names of other programs, with what these need to load them.</summary>
internal static class PythonFolder
{
    private const string Weights = "model.safetensors", Config = "config.json";

    /// <summary>For <c>timm.create_model('local-dir:…')</c>.</summary>
    public static string[] WriteTimm(string folder, ImageClassifier model, ModelCard card)
    {
        var convnext = card.Architecture is ConvNeXtArchitecture;
        Write(folder, FileTensors(model).Select(item => convnext ? (ConvNeXtNaming.Timm.Of(item.Name), Flat(item)) : item), card);
        WriteConfig(folder, card, convnext ? "stem.0" : "conv1", convnext ? "head.fc" : "fc");
        return [Weights, Config];

        static Tensor Flat((string Name, Tensor Tensor) item) =>
            item.Name.EndsWith("layer_scale", StringComparison.Ordinal) ? item.Tensor.flatten() : item.Tensor;
    }

    /// <summary>For torchvision's <c>load_state_dict</c>.</summary>
    public static string[] WriteTorchvision(string folder, ImageClassifier model, ModelCard card)
    {
        Write(folder, FileTensors(model), card);
        WriteConfig(folder, card, card.Architecture is ConvNeXtArchitecture ? "features.0.0" : "conv1", card.Architecture.ClassifierName);
        return [Weights, Config];
    }

    /// <summary>For fastai's <c>vision_learner</c>.</summary>
    public static string[] WriteFastai(string folder, ImageClassifier model, ModelCard card)
    {
        Write(folder, FastaiNaming.Named(model), card);
        WriteConfig(folder, card, "0.0", "1.8");
        return [Weights, Config];
    }

    private static IEnumerable<(string Name, Tensor Tensor)> FileTensors(ImageClassifier model) =>
        model.NamedTensors().Select(item => (ModelFile.FileName(item.Name, model.Body.Plan), item.Tensor));

    private static void Write(string folder, IEnumerable<(string Name, Tensor Tensor)> tensors, ModelCard card)
    {
        using var scope = NewDisposeScope();
        SafeTensors.Write(Path.Combine(folder, Weights), tensors, new Dictionary<string, string>(card.ToMetadata()) { ["format"] = "pt" });
    }

    /// <summary>In timm's form: <c>crop_pct</c> is 1, for the whole square in the middle goes into the network.</summary>
    private static void WriteConfig(string folder, ModelCard card, string firstConvolution, string classifier) =>
        JsonFile.Write(Path.Combine(folder, Config), new
        {
            Architecture = card.Architecture.Name,
            NumClasses = card.Classes.Count,
            NumFeatures = card.Architecture.Features,
            LabelNames = card.Classes,
            PretrainedCfg = new
            {
                InputSize = new[] { 3, card.Preprocessing.Size, card.Preprocessing.Size },
                FixedInputSize = false,
                Interpolation = "bilinear",
                CropPct = 1.0,
                CropMode = "center",
                card.Preprocessing.Normalization.Mean,
                card.Preprocessing.Normalization.Std,
                NumClasses = card.Classes.Count,
                FirstConv = firstConvolution,
                Classifier = classifier,
            },
        });
}
