using PetBreeds.Cli.Console;
using PetBreeds.Models.Onnx;
using PetBreeds.Runs;

namespace PetBreeds.Cli.Web.Serve;

/// <summary>A model to serve.</summary>
/// <param name="Name">What requests call it.</param>
/// <param name="Given">A run or a model file; null for the newest run, whichever that is.</param>
/// <param name="Backend">What computes it; null: what its file is for.</param>
internal sealed record ModelSource(string Name, string? Given, ModelBackend? Backend = null)
{
    /// <summary>The name of a model that was given none.</summary>
    public const string Default = "default";

    /// <summary>"name=RUN".</summary>
    /// <exception cref="UserException">It is something else.</exception>
    public static ModelSource Parse(string text, ModelBackend? backend = null)
    {
        var parts = text.Split('=', 2);
        return parts is [var name, { Length: > 0 } run] && name.Length is > 0 and <= 60
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
            ? new ModelSource(name, run, backend)
            : throw new UserException($"'{text}' is not NAME=RUN", "--model",
                "Use, for example, --model cats=runs/NAME; names consist of letters, digits, '.', '_' and '-'.");
    }

    /// <summary>What is served under this name now.</summary>
    /// <exception cref="UserException">There is none.</exception>
    public ModelVersion Find()
    {
        var (run, model) = RunChoice.Model(Given);
        var path = FileFor(Backend, run, model);
        var file = new FileInfo(path);
        var real = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
        return new ModelVersion(run, path, real.FullName, real.Exists ? real.LastWriteTimeUtc : default, real.Exists ? real.Length : 0);
    }

    private static string FileFor(ModelBackend? backend, RunFolder? run, string model)
    {
        if (backend == ModelBackend.Torch && OnnxModel.Is(model))
            throw new UserException("libtorch cannot compute an ONNX model", model, "Leave out --backend, or give the run.");
        if (backend != ModelBackend.Onnx || OnnxModel.Is(model))
            return model;
        var exported = ExportFolders.ModelFile(model);
        return File.Exists(exported) ? exported
            : throw new UserException("there is no ONNX model to serve: it has not been exported", exported,
                $"`petbreeds export {RunChoice.Quoted(run?.Folder ?? model)}{(run is null ? " --no-check" : "")}` writes it; "
                    + "or leave out --backend.");
    }
}

/// <summary>A model file at a moment: another file, or one that was written again, is another version.</summary>
/// <param name="Run">Null for a model file on its own.</param>
/// <param name="Path">The file.</param>
/// <param name="Target">Where links lead.</param>
/// <param name="Written">When it was written.</param>
/// <param name="Length">In bytes.</param>
internal sealed record ModelVersion(RunFolder? Run, string Path, string Target, DateTime Written, long Length)
{
    /// <summary>For people: the run's name, or the file's.</summary>
    public string Title => Run?.Name ?? System.IO.Path.GetFileName(Path);
}
