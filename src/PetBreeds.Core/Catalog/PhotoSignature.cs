using System.Buffers.Binary;

namespace PetBreeds.Catalog;

/// <summary>
/// Tells photos from other files by their first bytes. The extension is not asked: the Oxford data set has GIF and PNG files named .jpg.
/// </summary>
internal static class PhotoSignature
{
    /// <summary>How many bytes from the start of a file decide.</summary>
    public const int Length = 16;

    /// <summary>The formats that are taken, for messages.</summary>
    public const string Formats = "JPEG, PNG, GIF, WebP or BMP";

    public static bool Matches(ReadOnlySpan<byte> start) =>
        start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])
        || start.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A])
        || start.StartsWith("GIF87a"u8)
        || start.StartsWith("GIF89a"u8)
        || (start.StartsWith("RIFF"u8) && start.Length >= 12 && start[8..].StartsWith("WEBP"u8))
        || IsBmp(start);

    /// <summary>Reads the first bytes of a file, fewer where it is shorter.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static bool MatchesFile(string path)
    {
        Span<byte> start = stackalloc byte[Length];
        using var file = File.OpenHandle(path);
        return Matches(start[..RandomAccess.Read(file, start, 0)]);
    }

    /// <summary>
    /// "BM" alone begins too many texts: the reserved fields must be zero and the pixels must lie behind the headers (26 bytes or more).
    /// </summary>
    private static bool IsBmp(ReadOnlySpan<byte> start) =>
        start.StartsWith("BM"u8)
        && start.Length >= 14
        && BinaryPrimitives.ReadUInt32LittleEndian(start[6..]) == 0
        && BinaryPrimitives.ReadUInt32LittleEndian(start[10..]) >= 26;
}
