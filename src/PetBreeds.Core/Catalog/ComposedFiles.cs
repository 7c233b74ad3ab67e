using System.Text;

namespace PetBreeds.Catalog;

/// <summary>Finds files whose names on the disk are in another Unicode form than where they are listed. Remembers the folders it looked into.</summary>
internal sealed class ComposedFiles
{
    private readonly Dictionary<string, Dictionary<string, string>> folders = new(StringComparer.Ordinal);

    /// <summary>The path as it is on the disk; null where there is no such file in any form.</summary>
    /// <param name="path">An absolute path.</param>
    public string? Locate(string path) =>
        File.Exists(path) ? path : !Ascii.IsValid(path) && Resolve(path) is { } found && File.Exists(found) ? found : null;

    private string? Resolve(string path)
    {
        if (Path.Exists(path))
            return path;
        return Path.GetDirectoryName(path) is { } parent && Resolve(parent) is { } folder && Directory.Exists(folder)
            ? Names(folder).GetValueOrDefault(ComposedText.Of(Path.GetFileName(path)))
            : null;
    }

    private Dictionary<string, string> Names(string folder)
    {
        if (folders.TryGetValue(folder, out var names))
            return names;
        try
        {
            names = Directory.EnumerateFileSystemEntries(folder).DistinctBy(Composed).ToDictionary(Composed, StringComparer.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            names = []; // what cannot be searched is as good as missing, and said to be
        }
        return folders[folder] = names;
    }

    private static string Composed(string path) => ComposedText.Of(Path.GetFileName(path));
}
