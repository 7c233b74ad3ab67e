#if IMAGESHARP
using System.Buffers.Binary;

namespace PetBreeds.Pixels.Decoding;

/// <summary>
/// Detects truncated files by their structure, because ImageSharp fills missing data with whatever was in memory. For JPEGs, see
/// <see cref="JpegEnd"/>.
/// </summary>
internal static class PhotoEnd
{
    public static bool IsCutShort(ReadOnlySpan<byte> file) => PhotoFormat.Known(file) switch
    {
        "PNG" => !HasPngEnd(file),
        "WebP" => BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 8L > file.Length,
        "GIF" => !HasWholeFrame(file),
        "BMP" => file.Length >= 6 && IsPlainBmp(file) && BmpBytes(file) > file.Length,
        _ => false,
    };

    private static bool HasPngEnd(ReadOnlySpan<byte> file)
    {
        var rest = file[8..]; // length (4, big-endian), type (4), data, CRC (4)
        while (rest.Length >= 12 && BinaryPrimitives.ReadUInt32BigEndian(rest) is var length && length <= rest.Length - 12)
        {
            if (rest[4..8].SequenceEqual("IEND"u8))
                return true;
            rest = rest[((int)length + 12)..];
        }
        return false;
    }

    /// <summary>GIF89a, sections 18 to 24: extensions, then a frame, whose blocks end with an empty block.</summary>
    private static bool HasWholeFrame(ReadOnlySpan<byte> file)
    {
        if (file.Length < 13)
            return false;
        for (var at = 13 + ColourTable(file[10]); at < file.Length;)
        {
            var frame = file[at] == 0x2C;
            if (!frame && file[at] != 0x21 || (frame && at + 10 >= file.Length))
                return false;
            at += frame ? 11 + ColourTable(file[at + 9]) : 2;
            while (at < file.Length && file[at] != 0)
                at += file[at] + 1;
            if (frame)
                return at < file.Length;
            at++;
        }
        return false;
    }

    private static int ColourTable(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

    private static bool IsPlainBmp(ReadOnlySpan<byte> file) =>
        file.Length >= 34 && BinaryPrimitives.ReadUInt32LittleEndian(file[14..]) >= 40
            && BinaryPrimitives.ReadUInt32LittleEndian(file[30..]) == 0;

    /// <summary>Size of uncompressed rows, each padded to four bytes.</summary>
    private static long BmpBytes(ReadOnlySpan<byte> file)
    {
        long width = BinaryPrimitives.ReadInt32LittleEndian(file[18..]), height = BinaryPrimitives.ReadInt32LittleEndian(file[22..]);
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(file[28..]);
        return BinaryPrimitives.ReadUInt32LittleEndian(file[10..]) + (((width * bits) + 31) / 32 * 4 * Math.Abs(height));
    }
}
#endif
