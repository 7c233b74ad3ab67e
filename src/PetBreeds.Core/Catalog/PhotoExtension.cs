namespace PetBreeds.Catalog;

/// <summary>What a file is called, as far as the name says it.</summary>
internal static class PhotoExtension
{
    /// <summary>Whether a file is called as a photo is, of any format people have: one that is none is then a surprise.</summary>
    public static bool IsOn(string name) =>
        Format(name) is not null || Path.GetExtension(name).ToLowerInvariant() is ".heic" or ".heif" or ".avif" or ".tif" or ".tiff" or ".jxl" or ".jp2"
            or ".dng" or ".nef" or ".arw" or ".cr2" or ".cr3" or ".raf" or ".orf" or ".rw2";

    /// <summary>The format that the name promises, of those that are read; null where it promises none.</summary>
    public static string? Format(string name) => Path.GetExtension(name).ToLowerInvariant() switch
    {
        ".jpg" or ".jpeg" or ".jpe" or ".jfif" => "JPEG",
        ".png" or ".apng" => "PNG",
        ".webp" => "WebP",
        ".gif" => "GIF",
        ".bmp" or ".dib" => "BMP",
        _ => null,
    };
}
