using PetBreeds.Catalog;
using PetBreeds.Runs;

namespace PetBreeds.Cli.Console;

/// <summary>Finds the run and the photos that a command line refers to.</summary>
internal static class RunChoice
{
    private const string Runs = "runs";

    /// <summary>A run by its folder or its name in ./runs; without either, the newest that fits, by default one with a model.</summary>
    /// <exception cref="UserException">There is none.</exception>
    public static RunFolder Of(string? given, Func<RunFolder, bool>? fits = null) =>
        given is not null ? RunFolder.Find(Runs, given) : RunFolder.Newest(Runs, fits);

    /// <summary>A model file, or the model of a run.</summary>
    /// <returns>The run's folder (null for a model file on its own) and the model.</returns>
    /// <exception cref="UserException">There is none.</exception>
    public static (RunFolder? Folder, string Model) Model(string? given)
    {
        if (given is not null && File.Exists(given))
            return (null, given);
        var run = Of(given);
        return (run, run.Model);
    }

    /// <summary>A split by its name; null for all.</summary>
    /// <exception cref="UserException">There is no such split.</exception>
    public static Split? SplitOf(string name) => name switch
    {
        "train" => Split.Train,
        "valid" => Split.Valid,
        "test" => Split.Test,
        "all" => null,
        _ => throw new UserException($"there is no split '{name}'", "--split", "Use train, valid, test or all."),
    };

    /// <summary>A path, quoted for a command line that can be copied.</summary>
    public static string Quoted(string path) => path.Contains(' ') ? $"\"{path}\"" : path;
}
