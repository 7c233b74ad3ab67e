using System.Text;

namespace PetBreeds.Catalog.Files;

/// <summary>How a listed file was found.</summary>
internal enum Found
{
    /// <summary>Under the listed name.</summary>
    AsListed,

    /// <summary>The list has names without an extension.</summary>
    ByStem,

    /// <summary>The extension is in another letter case.</summary>
    InOtherCase,
}

/// <summary>
/// Finds the files that a table lists, first below the data folder, then next to the table, even if names on disk have another Unicode
/// form, an extension that the table omits, or an extension in another letter case. It remembers the folders it has read.
/// </summary>
/// <param name="root">The data folder.</param>
/// <param name="beside">The table's folder.</param>
internal sealed class ListedFiles(string root, string beside)
{
    private static readonly (Found How, Func<FolderEntries, string, IEnumerable<string>> Of)[] Ways =
    [
        (Found.AsListed, (entries, name) => entries.Named(name)),
        (Found.InOtherCase, (entries, name) => entries.InOtherCase(name)),
        (Found.ByStem, (entries, name) => entries.OfStem(name)),
    ];

    private readonly Dictionary<string, FolderEntries> _folders = new(StringComparer.Ordinal);

    /// <summary>The file's path on disk; null if it does not exist.</summary>
    /// <exception cref="UserException">Several files have the listed name as their stem.</exception>
    public (string Path, Found How)? Locate(string listed)
    {
        if (listed.Contains('\0'))
            return null; // not a path on any platform: .NET throws
        string[] candidates = [.. new[] { listed, listed.Replace('\\', '/') } // tables written on Windows
            .SelectMany(name => new[] { Path.GetFullPath(name, root), Path.GetFullPath(name, beside) }).Distinct()];
        foreach (var path in candidates)
        {
            if (File.Exists(path))
                return (path, Found.AsListed);
        }
        var folders = candidates
            .Select(path => (Folder: Path.GetDirectoryName(path) is { } parent ? Resolve(parent) : null, Path.GetFileName(path)))
            .Where(candidate => candidate.Folder is not null).ToList();
        foreach (var (how, of) in Ways)
        {
            foreach (var (folder, name) in folders)
            {
                string[] found = [.. of(Entries(folder!), name).Where(entry => File.Exists(Path.Combine(folder!, entry)))];
                if (found.Length > 1)
                    throw new UserException($"'{listed}' may be {string.Join(" or ", found)}", folder,
                        "Write the extension into the table.");
                if (found is [var only])
                    return (Path.Combine(folder!, only), how);
            }
        }
        return null;
    }

    /// <summary>Where a file of the listed name is found below the data folder, relative to it; null if there is none.</summary>
    public string? Elsewhere(string listed)
    {
        var name = listed[(listed.LastIndexOfAny(['/', '\\']) + 1)..];
        if (name.Length == 0 || name.Contains('\0'))
            return null;
        var below = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            IgnoreInaccessible = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
        };
        foreach (var folder in Directory.EnumerateDirectories(root, "*", below).Prepend(root))
        {
            var entries = new FolderEntries(folder);
            if (Ways.SelectMany(way => way.Of(entries, name))
                .FirstOrDefault(entry => File.Exists(Path.Combine(folder, entry))) is { } found)
                return Path.GetRelativePath(root, Path.Combine(folder, found)).Replace(Path.DirectorySeparatorChar, '/');
        }
        return null;
    }

    /// <summary>The folder as on disk; null if it does not exist.</summary>
    private string? Resolve(string folder) =>
        Directory.Exists(folder) ? folder
        : !Ascii.IsValid(folder) && Path.GetDirectoryName(folder) is { } parent && Resolve(parent) is { } above
            ? Entries(above).Named(Path.GetFileName(folder)).Select(name => Path.Combine(above, name))
                .FirstOrDefault(Directory.Exists)
            : null;

    private FolderEntries Entries(string folder) =>
        _folders.TryGetValue(folder, out var known) ? known : _folders[folder] = new FolderEntries(folder);
}
