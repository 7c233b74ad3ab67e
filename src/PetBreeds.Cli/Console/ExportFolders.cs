using PetBreeds.Export;
using PetBreeds.Models.Onnx;
using PetBreeds.Runtime;

namespace PetBreeds.Cli.Console;

/// <summary>Where exports are written unless a command line says otherwise: in the folder of the model.</summary>
internal static class ExportFolders
{
    /// <summary>The folder of all exports of a model.</summary>
    public static string Home(string model) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(model))!, "export");

    /// <summary>The model.onnx of an export in float32.</summary>
    public static string ModelFile(string model) => Path.Combine(Home(model), ExportFormat.Onnx.Name(), OnnxNames.ModelFile);
}
