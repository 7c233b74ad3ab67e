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
    /// <exception cref="UserException">It cannot: its head or its architecture is another.</exception>
    public static void RequireFits(ExportFormat format, ModelCard card, string modelFile, NumberFormat numbers = NumberFormat.Float32)
    {
        if (numbers == NumberFormat.Int8 && card.Architecture is not ResNetArchitecture)
            throw new UserException($"int8 is written for ResNets and ResNeXts only, not for {card.Architecture.Name}", modelFile,
                "Export it in float32 or float16.");
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
    /// <param name="numbers">For ONNX: what the network computes in.</param>
    /// <param name="calibration">For int8: the photos.</param>
    /// <returns>The files, in the order of their importance.</returns>
    /// <exception cref="UserException">The model cannot be read, does not fit the format, or the folder cannot be written to.</exception>
    public static IReadOnlyList<string> Write(string modelFile, ExportFormat format, string folder,
        NumberFormat numbers = NumberFormat.Float32, Calibration? calibration = null)
    {
        var (model, card) = ModelFile.Load(modelFile);
        using var network = model;
        RequireFits(format, card, modelFile, numbers);
        FiniteCheck.RequireFinite(model, modelFile);
        WriteErrors.Guard(folder, "the export", () => Directory.CreateDirectory(folder));
        Arithmetic? arithmetic = numbers switch
        {
            NumberFormat.Int8 => new Arithmetic.Int8(calibration!.Ranges(model, card, modelFile)),
            NumberFormat.Float16 => new Arithmetic.Float16(),
            _ => null,
        };
        var files = WriteFiles(format, folder, model, card, arithmetic);
        WriteText(Path.Combine(folder, Classes), string.Concat(card.Classes.Select(label => label + "\n")));
        WriteReadme(format, folder, card, numbers, []);
        return [.. files, Classes, Readme];
    }

    /// <summary>Writes README.md anew, once it is known how the export compares with the model.</summary>
    public static void WriteReadme(
        ExportFormat format, string folder, ModelCard card, NumberFormat numbers, IReadOnlyList<Parity> checks) =>
        WriteText(Path.Combine(folder, Readme), ExportReadme.Of(format, card, numbers, checks));

    /// <summary>The ONNX files of an export, relative to its folder, for those who compare them with the model.</summary>
    /// <returns>The whole model and the network alone; null for what the format has not.</returns>
    public static (string? Model, string? Network) OnnxFilesOf(ExportFormat format, IReadOnlyList<string> files) => format switch
    {
        ExportFormat.Onnx => (OnnxNames.ModelFile, OnnxNames.NetworkFile),
        ExportFormat.Triton => (files[0], null),
        _ => (null, null),
    };

    private static string[] WriteFiles(ExportFormat format, string folder, ImageClassifier model, ModelCard card, Arithmetic? arithmetic)
    {
        switch (format)
        {
            case ExportFormat.Onnx:
                OnnxFiles.WriteModel(Path.Combine(folder, OnnxNames.ModelFile), model, card, arithmetic);
                OnnxFiles.WriteNetwork(Path.Combine(folder, OnnxNames.NetworkFile), model, card, arithmetic);
                return [OnnxNames.ModelFile, OnnxNames.NetworkFile];
            case ExportFormat.Triton:
                return TritonFolder.Write(folder, model, card, arithmetic);
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
        AtomicFile.WriteText(path, "the export", text);
}
