namespace PetBreeds.Catalog.Pets;

/// <summary>What an archive may unpack to; beyond it is a bomb or another archive than was expected.</summary>
/// <param name="Bytes">Unpacked, headers and padding included.</param>
/// <param name="Entries">Files and folders.</param>
internal sealed record ArchiveLimits(long Bytes, int Entries)
{
    /// <summary>The pets unpack to about 850 MB in 22,000 entries (trimaps and macOS's leavings included).</summary>
    public static ArchiveLimits Default { get; } = new(4L << 30, 200_000);
}
