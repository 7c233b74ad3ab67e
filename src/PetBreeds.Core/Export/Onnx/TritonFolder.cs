using PetBreeds.Models;
using PetBreeds.Models.Onnx;
using PetBreeds.Runtime.Files;

namespace PetBreeds.Export.Onnx;

/// <summary>Writes a model repository for NVIDIA's Triton Inference Server, with one model in it.</summary>
internal static class TritonFolder
{
    private const string Config = "config.pbtxt", Labels = "labels.txt", Version = "1";

    /// <summary>
    /// Writes <c>NAME/1/model.onnx</c>, <c>NAME/config.pbtxt</c> and <c>NAME/labels.txt</c>, NAME being the architecture's.
    /// </summary>
    /// <returns>These files, relative to the folder.</returns>
    /// <exception cref="UserException">A file cannot be written.</exception>
    public static string[] Write(string folder, ImageClassifier model, ModelCard card, Arithmetic? arithmetic)
    {
        var name = card.Architecture.Name;
        WriteErrors.Guard(folder, "the export", () => Directory.CreateDirectory(Path.Combine(folder, name, Version)));
        string[] files = [Path.Combine(name, Version, OnnxNames.ModelFile), Path.Combine(name, Config), Path.Combine(name, Labels)];
        OnnxFiles.WriteModel(Path.Combine(folder, files[0]), model, card, arithmetic);
        AtomicFile.WriteText(Path.Combine(folder, files[1]), "the export", TritonConfig.Of(name, card, Labels));
        AtomicFile.WriteText(Path.Combine(folder, files[2]), "the export", string.Concat(card.Classes.Select(label => label + "\n")));
        return files;
    }
}
