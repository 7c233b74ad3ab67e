namespace PetBreeds.Runtime.Files;

/// <summary>Room on a disk.</summary>
internal static class FreeSpace
{
    private const string Remedy = "Free some space, or set PETBREEDS_CACHE to a folder on a larger disk.";

    /// <summary>Bytes this user may still write.</summary>
    /// <param name="folder">Any folder on the disk.</param>
    /// <returns>Null where the system does not tell (a network share on Windows).</returns>
    public static long? Of(string folder)
    {
        try
        {
            return new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(Path.GetFullPath(folder))! : folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The same in words: "800.0 MB free".</summary>
    public static string Told(string folder) => $"{(Of(folder) is { } free ? Megabytes(free) : "unknown space")} free";

    /// <summary>Looks before work that would fill the disk.</summary>
    /// <param name="folder">Where something is to be written.</param>
    /// <param name="needed">Bytes.</param>
    /// <param name="what">What is to be written.</param>
    /// <param name="remedy">What to do; null: what helps for anything in the cache folder.</param>
    /// <exception cref="UserException">Fewer bytes are free.</exception>
    public static void Require(string folder, long needed, string what, string? remedy = null) =>
        Require(folder, needed, Of(folder), what, remedy);

    /// <param name="folder">For the error.</param>
    /// <param name="needed">Bytes.</param>
    /// <param name="free">Bytes; null where nobody knows, which is no reason to refuse.</param>
    /// <param name="what">What is to be written.</param>
    /// <param name="remedy">What to do.</param>
    /// <exception cref="UserException">Fewer bytes are free.</exception>
    internal static void Require(string folder, long needed, long? free, string what, string? remedy = null)
    {
        if (needed > free)
            throw new UserException(
                $"the disk is too full: {Megabytes(needed)} is needed for {what}, but only {Megabytes(free.Value)} is free",
                folder, remedy ?? Remedy);
    }

    private static string Megabytes(long bytes) => $"{bytes / 1e6:N1} MB";
}
