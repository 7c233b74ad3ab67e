#if IMAGESHARP
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;
using SkiaSharp;

namespace PetBreeds.Pixels.Decoding;

/// <summary>
/// Decodes with ImageSharp 2.1 (<c>-p:ImageBackend=ImageSharp</c>): supports TIFF instead of ICO. JPEGs are always decoded at full size,
/// because its decoder cannot scale. A damaged WebP may take gigabytes, because tables are allocated before their data is read.
/// </summary>
internal sealed class ImageSharpDecoder : IPhotoDecoder
{
    private static readonly Configuration Limited = Configure();

    public string Name => "imagesharp-2.1";

    public (int Width, int Height) ReadSize(ReadOnlyMemory<byte> file, string place)
    {
        var info = Identify(WebPFrame.FirstOf(file), place);
        return (info.Width, info.Height);
    }

    public RgbImage Decode(ReadOnlyMemory<byte> file, string place, int? coverShortSide = null)
    {
        var orientation = ExifOrientation.Read(file.Span);
        var whole = PhotoFormat.Known(file.Span) == "JPEG"
            ? JpegEnd.Complete(file, place, padded => DecodeWhole(padded, place, orientation))
            : WebPFrame.FirstOf(file);
        return DecodeWhole(whole, place, orientation);
    }

    private static RgbImage DecodeWhole(ReadOnlyMemory<byte> file, string place, int orientation)
    {
        var info = Identify(file, place);
        PhotoDecoder.CheckSize(info.Width, info.Height, file.Span, place);
        if (PhotoEnd.IsCutShort(file.Span))
            throw CutShort(file.Span, place);
        try
        {
            using var image = Image.Load<Rgba32>(Limited, file.Span, Decoder(file.Span));
            var rgba = GC.AllocateUninitializedArray<byte>(checked(image.Width * image.Height * 4));
            image.CopyPixelDataTo(rgba);
            var profile = image.Metadata.IccProfile?.ToByteArray() ?? PngProfile.Read(file.Span);
            var srgb = profile is null ? rgba : ToSrgb(rgba, image.Width, image.Height, profile);
            return UprightRgb.Convert(srgb, image.Width, image.Height, orientation, opaque: false);
        }
        catch (Exception e) when (IsOfTheFile(e))
        {
            throw new UserException($"the {PhotoFormat.Known(file.Span)} file is damaged or cut short: {e.Message}", place,
                "Download it again, convert it to JPEG or PNG, or remove it from the data set.", e);
        }
    }

    private static unsafe IImageInfo Identify(ReadOnlyMemory<byte> file, string place)
    {
        if (PhotoFormat.Known(file.Span) is null || PhotoFormat.NotRead(file.Span, place) is not null)
            throw PhotoFormat.NotAPhoto(file.Span, place);
        using var pin = file.Pin();
        using var stream = new UnmanagedMemoryStream((byte*)pin.Pointer, file.Length);
        try
        {
            if (Image.Identify(Limited, stream) is { Width: > 0, Height: > 0 } info)
                return info;
        }
        catch (Exception e) when (IsOfTheFile(e))
        {
            // reported below: ImageSharp's message does not help users
        }
        throw PhotoFormat.NotAPhoto(file.Span, place);
    }

    private static UserException CutShort(ReadOnlySpan<byte> file, string place) => new(
        $"the {PhotoFormat.Known(file)} file is cut short: part of the picture is missing", place,
        "Download it again, or remove it from the data set.");

    /// <summary>Damaged files make ImageSharp 2.1 throw exceptions of any type, not only its own.</summary>
    private static bool IsOfTheFile(Exception e) => e is not (OutOfMemoryException or UserException);

    /// <summary>
    /// A decoder that reads only the first frame if there may be several. The format is detected by the same function as everywhere else.
    /// </summary>
    private static IImageDecoder Decoder(ReadOnlySpan<byte> file) => PhotoFormat.Known(file) switch
    {
        "JPEG" => new JpegDecoder(),
        "PNG" => new PngDecoder(),
        "GIF" => new GifDecoder { DecodingMode = FrameDecodingMode.First },
        "WebP" => new WebpDecoder(),
        "TIFF" => new TiffDecoder { DecodingMode = FrameDecodingMode.First },
        _ => new BmpDecoder(),
    };

    /// <summary>One core per photo: as many photos are decoded at once as there are cores.</summary>
    private static Configuration Configure()
    {
        var configuration = Configuration.Default.Clone();
        configuration.MaxDegreeOfParallelism = 1;
        return configuration;
    }

    /// <summary>
    /// ImageSharp 2.1 reads colour profiles but does not apply them; Skia, which draws the plots, does. A profile that Skia does not
    /// support (CMYK, with tables) is treated as sRGB.
    /// </summary>
    private static unsafe byte[] ToSrgb(byte[] rgba, int width, int height, byte[] profile)
    {
        using var source = SKColorSpace.CreateIcc(profile);
        if (source is null || source.IsSrgb)
            return rgba;
        using var srgb = SKColorSpace.CreateSrgb();
        var info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul, source);
        var converted = GC.AllocateUninitializedArray<byte>(rgba.Length);
        fixed (byte* from = rgba, to = converted)
        {
            using var pixmap = new SKPixmap(info, (nint)from);
            return pixmap.ReadPixels(info.WithColorSpace(srgb), (nint)to, info.RowBytes) ? converted : rgba;
        }
    }
}
#endif
