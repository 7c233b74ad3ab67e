namespace PetBreeds.Catalog.Pets;

/// <summary>Limits for unpacking an archive; if they are exceeded, it is a decompression bomb or not the expected archive.</summary>
/// <param name="Bytes">Unpacked size, including headers and padding.</param>
/// <param name="Entries">Number of files and folders.</param>
internal sealed record ArchiveLimits(long Bytes, int Entries)
{
    /// <summary>The pets unpack to about 850 MB in 22,000 entries (including trimaps and leftovers of macOS).</summary>
    public static ArchiveLimits Default { get; } = new(4L << 30, 200_000);
}
