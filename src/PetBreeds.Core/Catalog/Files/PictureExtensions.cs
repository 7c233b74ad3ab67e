namespace PetBreeds.Catalog.Files;

/// <summary>
/// The extensions of all kinds of pictures that occur among photos. They only tell what a file is called; <see cref="FileKind"/> tells what
/// it is.
/// </summary>
internal static class PictureExtensions
{
    /// <summary>Kinds, named as in <see cref="FileKind"/>.</summary>
    private static readonly Dictionary<string, string> Kinds = new (string Kind, string Extensions)[]
    {
        ("JPEG", ".jpg .jpeg .jpe .jfif"), ("PNG", ".png .apng"), ("WebP", ".webp"), ("GIF", ".gif"), ("BMP", ".bmp .dib"), ("ICO", ".ico"),
        ("TIFF", ".tif .tiff"), ("HEIC", ".heic .heif .hif"), ("AVIF", ".avif"), ("JPEG XL", ".jxl"), ("JPEG 2000", ".jp2 .j2k .jpx .jpf"),
        ("JPEG XR", ".jxr .wdp"), ("Photoshop (PSD)", ".psd"), ("GIMP (XCF)", ".xcf"), ("PNM", ".pnm .ppm .pgm .pbm"), ("TGA", ".tga"),
        ("SVG", ".svg"), ("camera raw", ".dng .nef .nrw .arw .sr2 .cr2 .cr3 .crw .raf .orf .rw2 .pef .srw .x3f .mrw"),
    }.SelectMany(entry => entry.Extensions.Split(' '), (entry, extension) => (extension, entry.Kind))
        .ToDictionary(entry => entry.extension, entry => entry.Kind, StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> Read = new(StringComparer.Ordinal)
    {
        "JPEG", "PNG", "WebP", "GIF", "BMP",
#if IMAGESHARP
        "TIFF",
#else
        "ICO",
#endif
    };

    /// <summary>Whether a file has a picture's extension.</summary>
    public static bool Has(string name) => Kinds.ContainsKey(Path.GetExtension(name));

    /// <summary>Whether a file has the extension of a supported kind of photo.</summary>
    public static bool HasRead(string name) => Kind(name) is { } kind && Read.Contains(kind);

    /// <summary>The kind of picture that a file's extension stands for; null if it is none.</summary>
    public static string? Kind(string name) => Kinds.GetValueOrDefault(Path.GetExtension(name));
}
