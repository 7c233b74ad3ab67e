namespace PetBreeds.Catalog.Files;

/// <summary>The path of a folder with all symbolic links resolved (.NET resolves only the last part of a path).</summary>
internal static class RealPath
{
    /// <summary>Linux's limit on links in one path (MAXSYMLINKS, 40).</summary>
    private const int MaxLinks = 40;

    /// <exception cref="IOException">Links form a cycle.</exception>
    public static string Of(string path) => Resolve(Path.GetFullPath(path), MaxLinks);

    private static string Resolve(string path, int linksLeft)
    {
        var trimmed = Path.TrimEndingDirectorySeparator(path);
        if (Path.GetDirectoryName(trimmed) is not { } parent)
            return path;
        var here = Path.Combine(Resolve(parent, linksLeft), Path.GetFileName(trimmed));
        if (new DirectoryInfo(here).LinkTarget is not { } target)
            return here;
        return linksLeft > 0
            ? Resolve(Path.GetFullPath(target, Path.GetDirectoryName(here)!), linksLeft - 1)
            : throw new IOException($"too many symbolic links at {here}");
    }
}
