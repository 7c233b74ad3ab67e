using System.Text;
using System.Text.Unicode;

namespace PetBreeds.Pixels;

/// <summary>Says what a file that could not be opened as a photo is, from its first bytes.</summary>
internal static class PhotoFormat
{
    /// <summary>The error for a file in which the decoder found no photo.</summary>
    public static UserException NotAPhoto(ReadOnlySpan<byte> file, string place)
    {
        if (file.IsEmpty)
            return new UserException("the file is empty (0 bytes)", place, "Fetch it again, or take it out of the data set.");
        if (Known(file) is { } known)
            return new UserException($"the {known} file is damaged or cut short: its header cannot be read", place,
                "Fetch it again, or take it out of the data set.");
        if (Unreadable(file) is { } other)
            return new UserException($"this is {other}, which is not read", place, "Convert it to JPEG or PNG.");
        return new UserException(LooksLikeText(file) ? "this is a text file, not a photo" : "this is no photo of a known format", place,
            "JPEG, PNG, WebP, GIF and BMP are read. Take the file out of the data set.");
    }

    /// <summary>A format that is read, by its signature; null for any other content.</summary>
    public static string? Known(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]))
            return "JPEG";
        if (IsPng(file))
            return "PNG";
        if (IsWebP(file))
            return "WebP";
        return file.StartsWith("GIF8"u8) ? "GIF" : file.StartsWith("BM"u8) ? "BMP" : null;
    }

    /// <summary>
    /// A bound on what a byte can stand for: PNG's deflate has 1032:1 (zlib's technical details), and 8 pixels a byte; a GIF's LZW code of
    /// 12 bits names at most 4096 pixels; a Huffman-coded JPEG spends a bit on each 8 × 8 block; BMP's run of 255 pixels takes 2 bytes;
    /// lossy WebP spends more than a bit on the modes of each 16 × 16 block (RFC 6386, section 11.2: their probabilities are fixed).
    /// </summary>
    /// <returns>Null for formats without a bound: lossless WebP codes a picture of one colour in next to nothing.</returns>
    public static long? MostPixelsPerByte(ReadOnlySpan<byte> file) => Known(file) switch
    {
        "PNG" => 1032 * 8,
        "GIF" => 4096 * 8 / 12,
        "JPEG" => 8 * 64,
        "BMP" => 128,
        "WebP" when file.Length >= 16 && file[12..16].SequenceEqual("VP8 "u8) => 8 * 256,
        _ => null,
    };

    public static bool IsPng(ReadOnlySpan<byte> file) => file.StartsWith(PngSignature);

    public static bool IsWebP(ReadOnlySpan<byte> file) => file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..12].SequenceEqual("WEBP"u8);

    private static ReadOnlySpan<byte> PngSignature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    private static string? Unreadable(ReadOnlySpan<byte> file)
    {
        if (file.Length >= 12 && file[4..8].SequenceEqual("ftyp"u8))
            return Encoding.ASCII.GetString(file[8..12]) switch
            {
                "avif" or "avis" => "an AVIF photo",
                "heic" or "heix" or "heim" or "heis" or "hevc" or "hevx" or "mif1" or "msf1" => "a HEIC photo (as iPhones make them)",
                "crx " => "a Canon raw photo",
                _ => "a video (MP4 or a kin of it)",
            };
        if (file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8))
            return "a TIFF or camera raw photo";
        if (file.StartsWith("%PDF"u8))
            return "a PDF document";
        if (file.StartsWith("8BPS"u8))
            return "a Photoshop file";
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x0A]) || file.StartsWith("\0\0\0\x0CJXL "u8))
            return "a JPEG XL photo";
        return file.StartsWith("\0\0\0\x0CjP  "u8) ? "a JPEG 2000 photo" : file.StartsWith("PK\x03\x04"u8) ? "a ZIP archive" : null;
    }

    private static bool LooksLikeText(ReadOnlySpan<byte> file)
    {
        var start = file[..Math.Min(file.Length, 512)];
        foreach (var b in start)
            if (b < 0x20 && b is not ((byte)'\t' or (byte)'\n' or (byte)'\r'))
                return false;
        for (var cut = 0; cut < 4 && cut < start.Length; cut++) // the 512 bytes may end within a character
            if (Utf8.IsValid(start[..^cut]))
                return true;
        return false;
    }
}
