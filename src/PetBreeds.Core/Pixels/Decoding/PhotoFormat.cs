using PetBreeds.Catalog.Files;

namespace PetBreeds.Pixels.Decoding;

/// <summary>What a photo's format implies, and errors that say what a file is that could not be opened as a photo.</summary>
internal static class PhotoFormat
{
    private const string FetchAgain = "Download it again, or remove it from the data set.";

    /// <summary>The error for a file that is not decoded, whatever it is.</summary>
    public static UserException NotAPhoto(ReadOnlySpan<byte> file, string place)
    {
        if (file.IsEmpty)
            return new UserException("the file is empty (0 bytes)", place, FetchAgain);
        if (NotRead(file, place) is { } notRead)
            return notRead;
        var kind = FileKind.Of(file);
        return kind.IsRead
            ? new UserException($"the {kind.Name} file is damaged or cut short: its header cannot be read", place, FetchAgain)
            : new UserException(kind.Name.Length > 0 ? $"this is a {kind.Name}, not a photo"
            : "this is not a photo of a known format", place,
                $"Give a {FileKind.Formats} file, or remove this one from the data set.");
    }

    /// <summary>The error for a whole picture of a kind that no decoder here reads, and for a Git LFS pointer; null for all else.</summary>
    public static UserException? NotRead(ReadOnlySpan<byte> file, string place)
    {
        var kind = FileKind.Of(file);
        if (kind.IsLfsPointer)
            return new UserException($"this is a {kind.Name}, not the photo itself: run git lfs pull", place,
                "Download the photos: git lfs pull");
        var name = kind.Sort == FileSort.Picture ? kind.Name : kind.Name == "JPEG" ? JpegStructure.KindNotRead(file) : null;
        return name is null ? null : new UserException($"the file is {PhotoFiles.KindNotRead}{name}", place, "Convert it to JPEG or PNG.");
    }

    /// <summary>A format that is read, by its signature; null for any other content.</summary>
    public static string? Known(ReadOnlySpan<byte> file) => FileKind.Of(file) is { IsRead: true } kind ? kind.Name : null;

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

    public static bool IsPng(ReadOnlySpan<byte> file) => file.StartsWith(PictureKind.PngSignature);

    public static bool IsWebP(ReadOnlySpan<byte> file) =>
        file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..12].SequenceEqual("WEBP"u8);
}
