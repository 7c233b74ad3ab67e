using System.Buffers.Binary;
using PetBreeds.Pixels.Decoding;

namespace PetBreeds.Catalog.Verification;

/// <summary>
/// Reads from a file's structure what a decoder converts silently. It is hand-written, so that builds with either decoder give the same
/// result; a damaged structure ends the search, because it is up to the decoder whether the file is intact.
/// </summary>
internal static class PhotoTraitReader
{
    public static PhotoTraits Read(ReadOnlySpan<byte> file) => PhotoFormat.Known(file) switch
    {
        "JPEG" => Jpeg(file),
        "PNG" => Png(file) | Turned(ExifOrientation.Read(file)),
        "WebP" => WebP(file) | Turned(ExifOrientation.Read(file)),
        "GIF" => GifFrames(file) > 1 ? PhotoTraits.Animated : PhotoTraits.None,
        _ => PhotoTraits.None,
    };

    private static PhotoTraits Turned(int orientation) => orientation == 1 ? PhotoTraits.None : PhotoTraits.Turned;

    /// <summary>
    /// Reads the segments before the image (ITU-T T.81, annex B): EXIF is in APP1, precision and number of channels are in SOFn.
    /// </summary>
    private static PhotoTraits Jpeg(ReadOnlySpan<byte> file)
    {
        var traits = PhotoTraits.None;
        var rest = file[2..];
        while (rest.Length >= 4 && rest[0] == 0xFF)
        {
            var marker = rest[1];
            if (marker is 0xFF or 0x01 or (>= 0xD0 and <= 0xD7)) // padding, and markers without a length
            {
                rest = rest[(marker == 0xFF ? 1 : 2)..];
                continue;
            }
            var length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            if (marker is 0xD9 or 0xDA || length < 2 || length > rest.Length - 2) // end of image, start of its data
                break;
            var body = rest.Slice(4, length - 2);
            if (marker == 0xE1 && body.StartsWith("Exif\0\0"u8))
                traits |= Turned(ExifOrientation.FromTiff(body));
            else if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC) && body.Length >= 6)
                traits |= (body[0] > 8 ? PhotoTraits.DeepColour : 0) | (body[5] == 1 ? PhotoTraits.Greyscale : body[5] == 4
                    ? PhotoTraits.Cmyk : 0);
            rest = rest[(length + 2)..];
        }
        return traits;
    }

    /// <summary>IHDR comes first: width, height, bit depth, colour type (0 and 4 are grey). acTL before IDAT makes it an APNG.</summary>
    private static PhotoTraits Png(ReadOnlySpan<byte> file)
    {
        if (file.Length < 33)
            return PhotoTraits.None;
        var traits = (file[24] == 16 ? PhotoTraits.DeepColour : 0) | (file[25] is 0 or 4 ? PhotoTraits.Greyscale : 0);
        var rest = file[8..];
        while (rest.Length >= 12 && !rest[4..8].SequenceEqual("IDAT"u8))
        {
            if (rest[4..8].SequenceEqual("acTL"u8))
                return traits | PhotoTraits.Animated;
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - 12)
                break;
            rest = rest[((int)length + 12)..];
        }
        return traits;
    }

    /// <summary>The second bit of the extended header's flags.</summary>
    private static PhotoTraits WebP(ReadOnlySpan<byte> file) =>
        file.Length > 20 && file[12..16].SequenceEqual("VP8X"u8) && (file[20] & 0x02) != 0 ? PhotoTraits.Animated : PhotoTraits.None;

    /// <summary>Counts image descriptors (GIF89a, section 20), up to two.</summary>
    private static int GifFrames(ReadOnlySpan<byte> file)
    {
        if (file.Length < 13)
            return 0;
        var frames = 0;
        var at = 13 + ColourTable(file[10]);
        while (at < file.Length && frames < 2)
        {
            if (file[at] == 0x21) // an extension: its label, then blocks
                at = SkipBlocks(file, at + 2);
            else if (file[at] == 0x2C && at + 10 < file.Length) // a frame: position and size, colour table, code size, blocks
            {
                frames++;
                at = SkipBlocks(file, at + 11 + ColourTable(file[at + 9]));
            }
            else
                break;
        }
        return frames;
    }

    private static int ColourTable(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

    private static int SkipBlocks(ReadOnlySpan<byte> file, int at)
    {
        while (at < file.Length && file[at] != 0)
            at += file[at] + 1;
        return at + 1;
    }
}
