namespace PetBreeds.Runtime;

/// <summary>Room on a disk.</summary>
internal static class FreeSpace
{
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

    /// <summary>Looks before work that would fill the disk.</summary>
    /// <param name="folder">Where something is to be written.</param>
    /// <param name="needed">Bytes.</param>
    /// <param name="what">What needs them, to complete "the disk is too full: ... needs 800 MB".</param>
    /// <exception cref="UserException">Fewer bytes are free.</exception>
    public static void Require(string folder, long needed, string what)
    {
        if (Of(folder) is { } free && needed > free)
            throw new UserException($"the disk is too full: {what} needs {needed / 1e6:N1} MB, and {free / 1e6:N1} MB are free", folder,
                "Free some space, or set PETBREEDS_CACHE to a folder on a larger disk.");
    }
}
