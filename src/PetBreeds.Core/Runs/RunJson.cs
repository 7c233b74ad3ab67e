using PetBreeds.Runtime;

namespace PetBreeds.Runs;

/// <summary>The JSON files of a run folder.</summary>
internal static class RunJson
{
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Write<T>(string path, T value) => JsonFile.Write(path, value);

    /// <summary>Null where there is no such file.</summary>
    /// <exception cref="UserException">It cannot be read or holds something else.</exception>
    public static T? Read<T>(string path) where T : class => JsonFile.Read<T>(path, "Report the run again to create it, or delete it.");
}
