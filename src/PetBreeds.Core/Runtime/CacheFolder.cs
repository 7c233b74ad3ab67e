namespace PetBreeds.Runtime;

/// <summary>Where files that can be made again are kept: presized pixels, the patched native library, the sample data set.</summary>
public static class CacheFolder
{
    /// <summary>
    /// <c>PETBREEDS_CACHE</c>, else the platform's cache folder: <c>$XDG_CACHE_HOME/petbreeds</c> or <c>~/.cache/petbreeds</c> on Linux,
    /// <c>~/Library/Caches/petbreeds</c> on macOS, <c>%LOCALAPPDATA%\petbreeds\cache</c> on Windows.
    /// </summary>
    public static string Root => Environment.GetEnvironmentVariable("PETBREEDS_CACHE") is { Length: > 0 } chosen
        ? Path.GetFullPath(chosen)
        : Platform();

    /// <summary>The full path of a folder inside <see cref="Root"/>, made if it is not there.</summary>
    /// <exception cref="UserException">The folder cannot be made.</exception>
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
            throw new UserException("the cache folder cannot be made", folder, "Set PETBREEDS_CACHE to a folder you can write to.", e);
        }
    }

    /// <summary>
    /// Marks the folder as a cache, as bford.info/cachedir asks: backups leave it out, and so does the search for photos wherever it lies.
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
            // Another run is writing it, or only folders within may be written: the cache works without.
        }
    }

    private static string Platform()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsWindows())
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "petbreeds", "cache");
        if (OperatingSystem.IsMacOS())
            return Path.Combine(home, "Library", "Caches", "petbreeds");
        var xdg = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        return Path.Combine(string.IsNullOrEmpty(xdg) ? Path.Combine(home, ".cache") : xdg, "petbreeds");
    }
}
