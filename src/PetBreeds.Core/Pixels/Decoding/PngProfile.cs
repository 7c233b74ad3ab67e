#if IMAGESHARP
using System.Buffers.Binary;
using System.IO.Compression;

namespace PetBreeds.Pixels.Decoding;

/// <summary>Reads the colour profile of a PNG (chunk iCCP), which ImageSharp 2.1 ignores.</summary>
internal static class PngProfile
{
    private const int MostBytes = 4 << 20;

    /// <returns>The profile; null if there is none that can be read.</returns>
    public static byte[]? Read(ReadOnlySpan<byte> file)
    {
        if (!PhotoFormat.IsPng(file))
            return null;
        var rest = file[8..]; // length (4, big-endian), type (4), data, CRC (4)
        while (rest.Length >= 12 && BinaryPrimitives.ReadUInt32BigEndian(rest) is var length && length <= rest.Length - 12)
        {
            var type = rest[4..8];
            if (type.SequenceEqual("iCCP"u8))
                return Inflate(rest.Slice(8, (int)length));
            if (type.SequenceEqual("IDAT"u8))
                break; // a profile comes before the pixels
            rest = rest[((int)length + 12)..];
        }
        return null;
    }

    /// <summary>A name, a zero byte, the method (0), then deflated data.</summary>
    private static byte[]? Inflate(ReadOnlySpan<byte> chunk)
    {
        var start = chunk.IndexOf((byte)0) + 2;
        if (start < 2 || start >= chunk.Length)
            return null;
        try
        {
            using var stream = new ZLibStream(new MemoryStream(chunk[start..].ToArray()), CompressionMode.Decompress);
            var profile = new byte[MostBytes];
            return profile[..stream.ReadAtLeast(profile, MostBytes, throwOnEndOfStream: false)];
        }
        catch (InvalidDataException)
        {
            return null; // as without a profile: only the pixels matter
        }
    }
}
#endif
