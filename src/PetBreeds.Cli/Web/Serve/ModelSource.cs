using PetBreeds.Cli.Console;
using PetBreeds.Runs;

namespace PetBreeds.Cli.Web.Serve;

/// <summary>A model to serve.</summary>
/// <param name="Name">What requests call it.</param>
/// <param name="Given">A run or a model file; null for the newest run, whichever that is.</param>
internal sealed record ModelSource(string Name, string? Given)
{
    /// <summary>The name of a model that was given none.</summary>
    public const string Default = "default";

    /// <summary>"name=RUN".</summary>
    /// <exception cref="UserException">It is something else.</exception>
    public static ModelSource Parse(string text)
    {
        var parts = text.Split('=', 2);
        return parts is [var name, { Length: > 0 } run] && name.Length is > 0 and <= 60
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
            ? new ModelSource(name, run)
            : throw new UserException($"'{text}' is not NAME=RUN", "--model",
                "Use, for example, --model cats=runs/NAME; names consist of letters, digits, '.', '_' and '-'.");
    }

    /// <summary>What is served under this name now.</summary>
    /// <exception cref="UserException">There is none.</exception>
    public ModelVersion Find()
    {
        var (run, path) = RunChoice.Model(Given);
        var file = new FileInfo(path);
        var real = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
        return new ModelVersion(run, path, real.FullName, real.Exists ? real.LastWriteTimeUtc : default, real.Exists ? real.Length : 0);
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
