namespace PetBreeds.Runtime.Files;

/// <summary>Checks the free space on a disk.</summary>
internal static class FreeSpace
{
    private const string Remedy = "Free some space, or set PETBREEDS_CACHE to a folder on a larger disk.";

    /// <summary>Number of bytes available to this user.</summary>
    /// <param name="folder">Any folder on the disk.</param>
    /// <returns>The number of bytes; null if the system does not tell (a network share on Windows).</returns>
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

    /// <summary>The same as text, such as "800.0 MB free".</summary>
    public static string Told(string folder) => $"{(Of(folder) is { } free ? Megabytes(free) : "unknown space")} free";

    /// <summary>Checks the free space before work that could fill the disk.</summary>
    /// <param name="folder">Where something is to be written.</param>
    /// <param name="needed">Number of bytes needed.</param>
    /// <param name="what">What is to be written.</param>
    /// <param name="remedy">What to do; null for the remedy for anything in the cache folder.</param>
    /// <exception cref="UserException">There is not enough free space.</exception>
    public static void Require(string folder, long needed, string what, string? remedy = null) =>
        Require(folder, needed, Of(folder), what, remedy);

    /// <param name="folder">The folder, for the error.</param>
    /// <param name="needed">Number of bytes needed.</param>
    /// <param name="free">Number of free bytes; null if unknown, which is not an error.</param>
    /// <param name="what">What is to be written.</param>
    /// <param name="remedy">What to do.</param>
    /// <exception cref="UserException">There is not enough free space.</exception>
    internal static void Require(string folder, long needed, long? free, string what, string? remedy = null)
    {
        if (needed > free)
            throw new UserException(
                $"the disk is too full: {Megabytes(needed)} is needed for {what}, but only {Megabytes(free.Value)} is free",
                folder, remedy ?? Remedy);
    }

    private static string Megabytes(long bytes) => $"{bytes / 1e6:N1} MB";
}
