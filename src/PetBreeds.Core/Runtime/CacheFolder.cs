namespace PetBreeds.Runtime;

/// <summary>The folder for files that can be recreated: presized pixels, the patched native library, the sample data set.</summary>
internal static class CacheFolder
{
    private const string Variable = "PETBREEDS_CACHE";

    /// <summary>
    /// <c>PETBREEDS_CACHE</c>, or otherwise the platform's cache folder: <c>$XDG_CACHE_HOME/petbreeds</c> or <c>~/.cache/petbreeds</c> on
    /// Linux, <c>~/Library/Caches/petbreeds</c> on macOS, <c>%LOCALAPPDATA%\petbreeds\cache</c> on Windows.
    /// </summary>
    /// <exception cref="UserException">There is no such folder: the user has no home folder, or its path is relative.</exception>
    public static string Root => Choose(Environment.GetEnvironmentVariable, Platform());

    /// <summary>
    /// The cache folder from the environment variables, or otherwise <paramref name="platform"/>. The platform's folder must be an absolute
    /// path, or the cache would grow in whatever folder the program is started in; a relative XDG_CACHE_HOME is ignored, as the XDG
    /// specification requires.
    /// </summary>
    internal static string Choose(Func<string, string?> variable, string platform)
    {
        if (variable(Variable) is { } chosen && !string.IsNullOrWhiteSpace(chosen))
            return chosen is "~" || chosen.StartsWith("~/", StringComparison.Ordinal)
                ? throw new UserException("the ~ was not expanded to your home folder", $"{Variable}={chosen}",
                    "Write the folder's full path.")
                : Path.GetFullPath(chosen);
        if (OperatingSystem.IsLinux() && variable("XDG_CACHE_HOME") is { } xdg && Path.IsPathFullyQualified(xdg))
            return Path.Combine(xdg, "petbreeds");
        return Path.IsPathFullyQualified(platform)
            ? platform
            : throw new UserException("there is no home folder for the cache", $"HOME={variable("HOME")}",
                $"Set {Variable} to a folder you can write to.");
    }

    /// <summary>The full path of a subfolder of <see cref="Root"/>, created if it is missing.</summary>
    /// <exception cref="UserException">The folder cannot be created.</exception>
    public static string Sub(params ReadOnlySpan<string> names)
    {
        var folder = Path.Combine([Root, .. names]);
        try
        {
            var made = Directory.CreateDirectory(folder).FullName;
            Tag();
            return made;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException("the cache folder cannot be created", folder, $"Set {Variable} to a folder you can write to.", e);
        }
    }

    /// <summary>
    /// Marks the folder as a cache, as specified by bford.info/cachedir, so that backups skip it, and so does the search for photos,
    /// wherever it is.
    /// </summary>
    private static void Tag()
    {
        var tag = Path.Combine(Root, "CACHEDIR.TAG");
        try
        {
            if (!File.Exists(tag))
                File.WriteAllText(tag, "Signature: 8a477f597d28d172789f06886806bc55\n# What petbreeds can make again.\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another run is writing it, or only subfolders are writable: the cache works without it.
        }
    }

    /// <summary>
    /// The platform's folder for caches; DoNotVerify, because otherwise a home folder that does not exist yet would give an empty path.
    /// </summary>
    private static string Platform()
    {
        static string Folder(Environment.SpecialFolder folder) =>
            Environment.GetFolderPath(folder, Environment.SpecialFolderOption.DoNotVerify);
        if (OperatingSystem.IsWindows())
            return Path.Combine(Folder(Environment.SpecialFolder.LocalApplicationData), "petbreeds", "cache");
        var home = Folder(Environment.SpecialFolder.UserProfile);
        return OperatingSystem.IsMacOS()
            ? Path.Combine(home, "Library", "Caches", "petbreeds")
            : Path.Combine(home, ".cache", "petbreeds");
    }
}
