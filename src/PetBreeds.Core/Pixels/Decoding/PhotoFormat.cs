using PetBreeds.Catalog.Files;

namespace PetBreeds.Pixels.Decoding;

/// <summary>Properties of photo formats, and errors that describe files that cannot be opened as photos.</summary>
internal static class PhotoFormat
{
    private const string FetchAgain = "Download it again, or remove it from the data set.";

    /// <summary>The error for any file that cannot be decoded.</summary>
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

    /// <summary>The error for an intact picture of an unsupported kind, or for a Git LFS pointer; null for everything else.</summary>
    public static UserException? NotRead(ReadOnlySpan<byte> file, string place)
    {
        var kind = FileKind.Of(file);
        if (kind.IsLfsPointer)
            return new UserException($"this is a {kind.Name}, not the photo itself: run git lfs pull", place,
                "Download the photos: git lfs pull");
        var name = kind.Sort == FileSort.Picture ? kind.Name : kind.Name == "JPEG" ? JpegStructure.KindNotRead(file) : null;
        return name is null ? null : new UserException($"the file is {PhotoFiles.KindNotRead}{name}", place, "Convert it to JPEG or PNG.");
    }

    /// <summary>The supported format of a file, by its signature; null for any other content.</summary>
    public static string? Known(ReadOnlySpan<byte> file) => FileKind.Of(file) is { IsRead: true } kind ? kind.Name : null;

    /// <summary>
    /// An upper bound on the pixels per byte: PNG's deflate reaches 1032:1 (zlib's technical details), with 8 pixels per byte; a GIF's LZW
    /// code of 12 bits stands for at most 4096 pixels; a Huffman-coded JPEG spends at least a bit on each 8 × 8 block; BMP's run of 255
    /// pixels takes 2 bytes; lossy WebP spends more than a bit on the modes of each 16 × 16 block (RFC 6386, section 11.2: their
    /// probabilities are fixed).
    /// </summary>
    /// <returns>The bound; null for formats without one: lossless WebP encodes a single-colour image in next to nothing.</returns>
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
