using PetBreeds.Runtime;

namespace PetBreeds.Runs;

/// <summary>The JSON files of a run folder.</summary>
internal static class RunJson
{
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Write<T>(string path, T value) => JsonFile.Write(path, value);

    /// <summary>Reads a file; null if it does not exist.</summary>
    /// <exception cref="UserException">The file cannot be read or contains something else.</exception>
    public static T? Read<T>(string path) where T : class => JsonFile.Read<T>(path, "Report the run again to create it, or delete it.");
}
