#if IMAGESHARP
using System.Buffers.Binary;

namespace PetBreeds.Pixels.Decoding;

/// <summary>
/// Extracts the first frame of an animated WebP, which ImageSharp 2.1 does not support (WebP container specification, "Animation").
/// </summary>
internal static class WebPFrame
{
    private const int FrameHeader = 16;

    /// <summary>
    /// A still WebP of the first frame; the file itself if it is not animated, or if its first frame covers only part of the image.
    /// </summary>
    public static ReadOnlyMemory<byte> FirstOf(ReadOnlyMemory<byte> file)
    {
        var all = file.Span;
        if (!PhotoFormat.IsWebP(all) || all.Length < 30 || !all[12..16].SequenceEqual("VP8X"u8) || (all[20] & 0x02) == 0)
            return file;
        var canvas = all[24..30]; // width - 1 and height - 1, three bytes each
        var rest = all[30..];     // chunks: type (4), length (4, little-endian), data, padded to an even length
        while (rest.Length >= 8 && BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]) is var length && length <= rest.Length - 8)
        {
            if (rest[..4].SequenceEqual("ANMF"u8) && length > FrameHeader)
            {
                var frame = rest.Slice(8, (int)length);
                return frame[6..12].SequenceEqual(canvas) ? Still(canvas, frame[FrameHeader..]) : file;
            }
            rest = rest[Math.Min(rest.Length, 8 + (int)length + (int)(length & 1))..];
        }
        return file;
    }

    /// <summary>The frame's own chunks after a header that allows alpha.</summary>
    private static byte[] Still(ReadOnlySpan<byte> canvas, ReadOnlySpan<byte> chunks)
    {
        const byte alpha = 0x10;
        byte[] header = [.. "VP8X"u8, 10, 0, 0, 0, chunks.StartsWith("VP8 "u8) ? (byte)0 : alpha, 0, 0, 0, .. canvas];
        byte[] size = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(size, 4 + header.Length + chunks.Length);
        return [.. "RIFF"u8, .. size, .. "WEBP"u8, .. header, .. chunks];
    }
}
#endif
