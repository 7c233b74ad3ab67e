using System.Text;

namespace PetBreeds.Catalog;

/// <summary>How a listed file was found.</summary>
internal enum Found
{
    /// <summary>Under the name that is listed.</summary>
    AsListed,

    /// <summary>The list has names without an extension.</summary>
    ByStem,

    /// <summary>The extension is in another letter case.</summary>
    InOtherCase,
}

/// <summary>
/// Finds the files that a table lists, below the data folder first, then beside the table, also where names on the disk are in another
/// Unicode form, have an extension that the table leaves out, or one in another letter case. Remembers the folders it looked into.
/// </summary>
/// <param name="root">The data folder.</param>
/// <param name="beside">The table's.</param>
internal sealed class ListedFiles(string root, string beside)
{
    private static readonly HashSet<string> PhotoExtensions = new(StringComparer.OrdinalIgnoreCase) { ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".gif", ".webp", ".bmp" };

    private readonly Dictionary<string, string[]> folders = new(StringComparer.Ordinal);

    /// <summary>The file's path on the disk; null where there is none.</summary>
    /// <exception cref="UserException">Several files have the listed name as their stem.</exception>
    public (string Path, Found How)? Locate(string listed)
    {
        if (listed.Contains('\0'))
            return null; // no path on any platform: .NET throws
        string[] candidates = [.. new[] { listed, listed.Replace('\\', '/') } // tables written on Windows
            .SelectMany(name => new[] { Path.GetFullPath(name, root), Path.GetFullPath(name, beside) }).Distinct()];
        foreach (var path in candidates)
        {
            if (File.Exists(path))
                return (path, Found.AsListed);
        }
        foreach (var (how, same) in new (Found, Func<string, string, bool>)[]
            { (Found.AsListed, SameComposed), (Found.InOtherCase, SameButExtensionsCase), (Found.ByStem, SameStem) })
        {
            foreach (var path in candidates)
            {
                if (Path.GetDirectoryName(path) is not { } parent || Resolve(parent) is not { } folder)
                    continue;
                string[] found = [.. Entries(folder).Where(name => same(name, Path.GetFileName(path)) && File.Exists(Path.Combine(folder, name)))];
                if (found.Length > 1)
                    throw new UserException($"'{listed}' may be {string.Join(" or ", found)}", folder, "Write the extension into the table.");
                if (found is [var only])
                    return (Path.Combine(folder, only), how);
            }
        }
        return null;
    }

    /// <summary>Where a file of the listed name lies below the data folder, relative to it; null where none does.</summary>
    public string? Elsewhere(string listed)
    {
        var name = listed[(listed.LastIndexOfAny(['/', '\\']) + 1)..];
        if (name.Length == 0 || name.Contains('\0'))
            return null;
        var all = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        return Directory.EnumerateFiles(root, "*", all).FirstOrDefault(path => Path.GetFileName(path) is var other
            && (SameComposed(other, name) || SameButExtensionsCase(other, name) || SameStem(other, name))) is { } found
                ? Path.GetRelativePath(root, found).Replace(Path.DirectorySeparatorChar, '/') : null;
    }

    private static bool SameComposed(string name, string listed) => ComposedText.Of(name) == ComposedText.Of(listed);

    private static bool SameButExtensionsCase(string name, string listed) => Path.GetExtension(listed) is { Length: > 0 } extension
        && extension.Equals(Path.GetExtension(name), StringComparison.OrdinalIgnoreCase) && SameComposed(Stem(name), Stem(listed));

    private static bool SameStem(string name, string listed) => !PhotoExtensions.Contains(Path.GetExtension(listed))
        && PhotoExtensions.Contains(Path.GetExtension(name)) && SameComposed(Stem(name), listed);

    private static string Stem(string name) => Path.GetFileNameWithoutExtension(name);

    /// <summary>The folder as it is on the disk; null where there is none.</summary>
    private string? Resolve(string folder) =>
        Directory.Exists(folder) ? folder
        : !Ascii.IsValid(folder) && Path.GetDirectoryName(folder) is { } parent && Resolve(parent) is { } above
            ? Entries(above).Where(name => SameComposed(name, Path.GetFileName(folder))).Select(name => Path.Combine(above, name)).FirstOrDefault(Directory.Exists)
            : null;

    private string[] Entries(string folder)
    {
        if (folders.TryGetValue(folder, out var names))
            return names;
        try
        {
            names = [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            names = []; // what cannot be searched is as good as missing, and said to be
        }
        return folders[folder] = names;
    }
}
