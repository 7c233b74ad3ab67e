namespace PetBreeds.Runtime;

/// <summary>Formats numbers of bytes for display.</summary>
internal static class ByteCount
{
    /// <summary>Formats a number of bytes as "1.5 GB", "320 MB" or "12 kB"; a kilobyte is 1000 bytes.</summary>
    public static string Text(long bytes) =>
        bytes >= 1_000_000_000 ? $"{bytes / 1e9:0.0} GB" : bytes >= 1_000_000 ? $"{bytes / 1e6:0} MB" : $"{bytes / 1e3:0} kB";
}
