using PetBreeds.Runtime;

namespace PetBreeds.Pixels;

/// <summary>Room for pixels on the cache's disk.</summary>
internal static class DiskSpace
{
    private const string Remedy = "Free some space, set PETBREEDS_CACHE to a folder on a larger disk, or presize to fewer pixels.";

    /// <returns>Null where the system does not tell (a network share on Windows).</returns>
    public static long? Free(string folder) => FreeSpace.Of(folder);

    /// <exception cref="UserException">Fewer bytes are free than needed.</exception>
    public static void Require(string folder, long needed, long? free)
    {
        if (needed > free)
            throw new UserException($"the disk is too full: the presized photos need {Megabytes(needed)}, and {Megabytes(free.Value)} are free",
                folder, Remedy);
    }

    public static UserException WriteFailed(string folder, IOException cause) =>
        new($"presized photos cannot be written: {cause.Message} ({(Free(folder) is { } free ? Megabytes(free) : "unknown space")} free)",
            folder, Remedy, cause);

    private static string Megabytes(long bytes) => $"{bytes / 1e6:N1} MB";
}
