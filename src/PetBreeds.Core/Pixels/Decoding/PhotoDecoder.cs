namespace PetBreeds.Pixels.Decoding;

/// <summary>
/// The decoder of this build (<c>dotnet build -p:ImageBackend=Skia|ImageSharp</c>) and the limits that all decoders observe.
/// </summary>
internal static class PhotoDecoder
{
    /// <summary>
    /// Maximum number of pixels to decode, so that a small file that claims to be huge cannot exhaust memory. Pillow has the same limit
    /// (twice its <c>MAX_IMAGE_PIXELS</c>). It limits the size after scaled decoding, so a JPEG may have 64 times as many pixels.
    /// </summary>
    public const long MaxPixels = 178_956_970;

    /// <summary>Maximum size of a file in bytes.</summary>
    public const long MaxFileBytes = 512L << 20;

    /// <summary>The decoder of this build.</summary>
    public static IPhotoDecoder Default { get; } =
#if IMAGESHARP
        new ImageSharpDecoder();
#else
        new SkiaDecoder();
#endif

    /// <summary>The decoder's name, and the library that reads JPEGs.</summary>
    public static string Description =>
#if IMAGESHARP
        Default.Name;
#else
        Default.Name + (TurboJpeg.IsInstalled ? ", plain JPEGs with the system's libturbojpeg"
            : OperatingSystem.IsWindows() ? "" : ", JPEGs too (installing libturbojpeg makes them faster)");
#endif

    /// <summary>
    /// The smallest of the scales 1, 1/2, 1/4 and 1/8 (returned as 1, 2, 4, 8) at which a JPEG's short side is not below the requested one.
    /// </summary>
    internal static int JpegReduction(int width, int height, int? coverShortSide)
    {
        var reduction = 1;
        if (coverShortSide is { } cover)
            while (reduction < 8 && Math.Min(width, height) / (reduction * 2) >= cover)
                reduction *= 2;
        return reduction;
    }

    /// <summary>Checks the size to be decoded, so that neither a decompression bomb nor a damaged header exhausts memory.</summary>
    /// <exception cref="UserException">The size exceeds <see cref="MaxPixels"/> or what a file of this length can contain.</exception>
    internal static void CheckSize(int width, int height, ReadOnlySpan<byte> file, string place)
    {
        var pixels = (long)width * height;
        if (pixels > MaxPixels)
            throw new UserException($"the photo claims {width} × {height} pixels, more than the limit of {MaxPixels / 1_000_000} million",
                place, "Scale it down, or remove it from the data set.");
        if (PhotoFormat.MostPixelsPerByte(file) is { } most && pixels > most * file.Length)
            throw new UserException(
                $"the {PhotoFormat.Known(file)} file is damaged or cut short: {file.Length} bytes cannot hold the {width} × {height} "
                    + "pixels it claims",
                place, "Download it again, or remove it from the data set.");
    }
}
