using System.Buffers.Binary;

namespace PetBreeds.Pixels.Decoding;

/// <summary>
/// Reads the EXIF orientation (1 to 8) of a PNG (chunk eXIf, PNG 1.5 extensions) or a WebP (chunk EXIF), which Skia ignores, and of a JPEG
/// (segment APP1). Damaged metadata is ignored: only the pixels matter.
/// </summary>
internal static class ExifOrientation
{
    private const int Upright = 1;
    private const ushort OrientationTag = 0x0112;
    private const ushort ShortType = 3;

    /// <returns>The orientation; 1 (upright) if the file has none.</returns>
    public static int Read(ReadOnlySpan<byte> file) => PhotoFormat.IsPng(file) ? FromTiff(PngChunk(file))
        : PhotoFormat.IsWebP(file) ? FromTiff(WebPChunk(file))
        : PhotoFormat.Known(file) == "JPEG" ? FromTiff(JpegSegment(file))
        : Upright;

    private static ReadOnlySpan<byte> PngChunk(ReadOnlySpan<byte> file)
    {
        var rest = file[8..]; // length (4, big-endian), type (4), data, CRC (4)
        while (rest.Length >= 12)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - 12)
                break;
            if (rest[4..8].SequenceEqual("eXIf"u8))
                return rest.Slice(8, (int)length);
            rest = rest[((int)length + 12)..];
        }
        return default;
    }

    private static ReadOnlySpan<byte> JpegSegment(ReadOnlySpan<byte> file)
    {
        var rest = file[2..]; // marker (2), length including itself (2, big-endian), data
        while (rest.Length >= 4 && rest[0] == 0xFF && rest[1] != 0xDA) // up to the start of the scan
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            if (length < 2 || length > rest.Length - 2)
                break;
            if (rest[1] == 0xE1 && rest[4..(length + 2)].StartsWith("Exif\0\0"u8))
                return rest[4..(length + 2)];
            rest = rest[(length + 2)..];
        }
        return default;
    }

    private static ReadOnlySpan<byte> WebPChunk(ReadOnlySpan<byte> file)
    {
        var rest = file[12..]; // type (4), length (4, little-endian), data, padded to an even length
        while (rest.Length >= 8)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            if (length > rest.Length - 8)
                break;
            if (rest[..4].SequenceEqual("EXIF"u8))
                return rest.Slice(8, (int)length);
            rest = rest[Math.Min(rest.Length, 8 + (int)length + (int)(length & 1))..];
        }
        return default;
    }

    /// <summary>The orientation tag in the first directory of a TIFF structure, which is the format of EXIF data.</summary>
    internal static int FromTiff(ReadOnlySpan<byte> tiff)
    {
        if (tiff.StartsWith("Exif\0\0"u8)) // some programs keep JPEG's prefix
            tiff = tiff[6..];
        if (tiff.Length < 8)
            return Upright;
        var little = tiff.StartsWith("II"u8);
        var directory = U32(tiff, 4, little);
        if (directory > tiff.Length - 2)
            return Upright;
        var entries = tiff[((int)directory + 2)..];
        var count = U16(tiff, (int)directory, little);
        for (var i = 0; i < count && (i + 1) * 12 <= entries.Length; i++)
        {
            var entry = entries.Slice(i * 12, 12); // tag (2), type (2), count (4), value (4)
            if (U16(entry, 0, little) == OrientationTag && U16(entry, 2, little) == ShortType)
                return U16(entry, 8, little) is >= 1 and <= 8 and var value ? value : Upright;
        }
        return Upright;
    }

    private static ushort U16(ReadOnlySpan<byte> s, int at, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(s[at..]) : BinaryPrimitives.ReadUInt16BigEndian(s[at..]);

    private static uint U32(ReadOnlySpan<byte> s, int at, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(s[at..]) : BinaryPrimitives.ReadUInt32BigEndian(s[at..]);
}
