using PetBreeds.Export.Onnx;
using PetBreeds.Export.Python;
using PetBreeds.Models;
using PetBreeds.Models.Onnx;
using PetBreeds.Runtime;
using PetBreeds.Runtime.Files;

namespace PetBreeds.Export;

/// <summary>
/// Writes a trained model for other programs: a folder with its files, its classes and a README.md that shows how to load them.
/// </summary>
internal static class ModelExport
{
    private const string Classes = "classes.txt", Readme = "README.md", Loader = "load.py";

    /// <summary>Checks that a format can hold a model, before anything is written.</summary>
    /// <exception cref="UserException">It cannot: its head is another.</exception>
    public static void RequireFits(ExportFormat format, ModelCard card, string modelFile)
    {
        if (format is ExportFormat.Timm or ExportFormat.Torchvision && card.Head != HeadKind.Linear)
            throw new UserException($"{format.Name()} has no place for fastai's head of two layers", modelFile,
                "Export to fastai, which writes a load.py for PyTorch, or to onnx; or train with `head linear`.");
        if (format == ExportFormat.Fastai && card.Head != HeadKind.Fastai)
            throw new UserException("this model has a linear head, not fastai's", modelFile,
                "Export to torchvision or timm; or train with `head fastai`.");
    }

    /// <summary>Writes an export.</summary>
    /// <param name="modelFile">A model.safetensors.</param>
    /// <param name="format">For which programs.</param>
    /// <param name="folder">Made if it is not there; files of an earlier export are replaced.</param>
    /// <param name="half">For ONNX: whether the network computes in float16.</param>
    /// <returns>The files, in the order of their importance.</returns>
    /// <exception cref="UserException">The model cannot be read, does not fit the format, or the folder cannot be written to.</exception>
    public static IReadOnlyList<string> Write(string modelFile, ExportFormat format, string folder, bool half = false)
    {
        var (model, card) = ModelFile.Load(modelFile);
        using var network = model;
        RequireFits(format, card, modelFile);
        FiniteCheck.RequireFinite(model, modelFile);
        WriteErrors.Guard(folder, "the export", () => Directory.CreateDirectory(folder));
        var files = WriteFiles(format, folder, model, card, half);
        WriteText(Path.Combine(folder, Classes), string.Concat(card.Classes.Select(name => name + "\n")));
        WriteText(Path.Combine(folder, Readme), ExportReadme.Of(format, card, half));
        return [.. files, Classes, Readme];
    }

    private static string[] WriteFiles(ExportFormat format, string folder, ImageClassifier model, ModelCard card, bool half)
    {
        switch (format)
        {
            case ExportFormat.Onnx:
                OnnxFiles.WriteModel(Path.Combine(folder, OnnxNames.ModelFile), model, card, half);
                OnnxFiles.WriteNetwork(Path.Combine(folder, OnnxNames.NetworkFile), model, card, half);
                return [OnnxNames.ModelFile, OnnxNames.NetworkFile];
            case ExportFormat.Timm:
                return PythonFolder.WriteTimm(folder, model, card);
            case ExportFormat.Torchvision:
                return PythonFolder.WriteTorchvision(folder, model, card);
            default:
                WriteText(Path.Combine(folder, Loader), ExportReadme.Template(Loader));
                return [.. PythonFolder.WriteFastai(folder, model, card), Loader];
        }
    }

    private static void WriteText(string path, string text) =>
        AtomicFile.Write(path, "the export", stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
}
