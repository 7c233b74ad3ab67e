namespace PetBreeds.Pixels.Decoding;

/// <summary>The header of a photo.</summary>
/// <param name="Format">Format by content: JPEG, PNG, WebP, GIF, BMP, or "photo" for others.</param>
/// <param name="Width">Width in pixels as stored, before EXIF orientation.</param>
/// <param name="Height">Height in pixels as stored.</param>
/// <param name="Orientation">EXIF orientation, 1 (upright) to 8.</param>
internal sealed record PhotoHeader(string Format, int Width, int Height, int Orientation)
{
    /// <summary>A description of the orientation.</summary>
    public string OrientationText => Orientation switch
    {
        1 => "upright",
        2 => "EXIF 2: mirrored",
        3 => "EXIF 3: upside down",
        4 => "EXIF 4: upside down, mirrored",
        5 => "EXIF 5: on its side, mirrored",
        6 => "EXIF 6: to be rotated clockwise",
        7 => "EXIF 7: on its side, mirrored",
        _ => "EXIF 8: to be rotated counter-clockwise",
    };

    /// <exception cref="UserException">The header is not that of a supported photo.</exception>
    public static PhotoHeader Read(ReadOnlyMemory<byte> file, string place)
    {
        var (width, height) = PhotoDecoder.Default.ReadSize(file, place);
        return new PhotoHeader(PhotoFormat.Known(file.Span) ?? "photo", width, height, ExifOrientation.Read(file.Span));
    }

    /// <summary>A warning if the format in a file's name differs from that of its content; null if they agree.</summary>
    public string? NameMismatch(string path)
    {
        var named = Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".JPG" or ".JPEG" or ".JPE" or ".JFIF" => "JPEG",
            ".PNG" => "PNG",
            ".WEBP" => "WebP",
            ".GIF" => "GIF",
            ".BMP" => "BMP",
            _ => Format,
        };
        return named == Format || Format == "photo" ? null : $"a {Format} named {Path.GetExtension(path)}; it is read as {Format}";
    }
}
