namespace PetBreeds.Pixels.Decoding;

/// <summary>What a photo's header says.</summary>
/// <param name="Format">By content: JPEG, PNG, WebP, GIF, BMP, or "photo" for others.</param>
/// <param name="Width">As stored, before EXIF orientation.</param>
/// <param name="Height">As stored.</param>
/// <param name="Orientation">EXIF orientation, 1 (upright) to 8.</param>
internal sealed record PhotoHeader(string Format, int Width, int Height, int Orientation)
{
    /// <summary>What the orientation means.</summary>
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

    /// <exception cref="UserException">The header is not that of a photo that is read.</exception>
    public static PhotoHeader Read(ReadOnlyMemory<byte> file, string place)
    {
        var (width, height) = PhotoDecoder.Default.ReadSize(file, place);
        return new PhotoHeader(PhotoFormat.Known(file.Span) ?? "photo", width, height, ExifOrientation.Read(file.Span));
    }

    /// <summary>What to say where a file's name promises another format than its content has; null where they agree.</summary>
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
