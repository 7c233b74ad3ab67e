using System.Buffers;
using SkiaSharp;

namespace PetBreeds.Pixels.Decoding;

/// <summary>Decodes with SkiaSharp: JPEG, PNG, WebP, GIF, BMP and ICO (its largest image).</summary>
/// <param name="turbo">Whether plain JPEGs are decoded by <see cref="TurboJpeg"/> if it is installed: the same pixels, but faster.</param>
internal sealed class SkiaDecoder(bool turbo = true) : IPhotoDecoder
{
    private static readonly SKColorSpace Srgb = SKColorSpace.CreateSrgb();

    public string Name => "skia-3.119";

    public (int Width, int Height) ReadSize(ReadOnlyMemory<byte> file, string place)
    {
        using var pin = file.Pin();
        using var data = Wrap(pin, file.Length);
        using var codec = Open(data, file.Span, place);
        return (codec.Info.Width, codec.Info.Height);
    }

    public RgbImage Decode(ReadOnlyMemory<byte> file, string place, int? coverShortSide = null)
    {
        if (PhotoFormat.Known(file.Span) != "JPEG")
            return Decode(file, place, null, turbo: false);
        var (width, height) = ReadSize(file, place);
        int? checkedAt = (long)width * height > PhotoDecoder.MaxPixels ? coverShortSide : null;
        var whole = JpegEnd.Complete(file, place, padded => Decode(padded, place, checkedAt, turbo: false));
        return Decode(whole, place, coverShortSide, turbo);
    }

    private static RgbImage Decode(ReadOnlyMemory<byte> file, string place, int? coverShortSide, bool turbo)
    {
        using var pin = file.Pin();
        using var data = Wrap(pin, file.Length);
        using var codec = Open(data, file.Span, place);
        var reduction = Reduction(codec, coverShortSide);
        var size = reduction == 1 ? codec.Info.Size : codec.GetScaledDimensions(1f / reduction);
        PhotoDecoder.CheckSize(size.Width, size.Height, file.Span, place);
        var orientation = Orientation(codec, file.Span);
        if (turbo && TurboJpeg.Decode(file.Span, reduction, size.Width, size.Height, orientation) is { } plain)
            return plain;

        var opaque = codec.Info.AlphaType == SKAlphaType.Opaque;
        // Skia converts the embedded profile, CMYK, grey and 16-bit samples to the format requested here.
        var info = new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul, Srgb);
        using var rgba = new PixelBuffer(info.BytesSize);
        ReadPixels(codec, info, rgba.Bytes, place);
        return UprightRgb.Convert(rgba.Bytes, size.Width, size.Height, orientation, opaque);
    }

    private static unsafe SKData Wrap(MemoryHandle pin, int length) => SKData.Create((nint)pin.Pointer, length);

    private static SKCodec Open(SKData data, ReadOnlySpan<byte> file, string place)
    {
        // What the catalog leaves out is not a photo here either, even if Skia can read it.
        if (PhotoFormat.Known(file) is null || PhotoFormat.NotRead(file, place) is not null)
            throw PhotoFormat.NotAPhoto(file, place);
        return SKCodec.Create(data) ?? throw PhotoFormat.NotAPhoto(file, place);
    }

    private static int Reduction(SKCodec codec, int? coverShortSide) => codec.EncodedFormat == SKEncodedImageFormat.Jpeg
        ? PhotoDecoder.JpegReduction(codec.Info.Width, codec.Info.Height, coverShortSide)
        : 1;

    private static int Orientation(SKCodec codec, ReadOnlySpan<byte> file) =>
        codec.EncodedFormat == SKEncodedImageFormat.Jpeg ? (int)codec.EncodedOrigin : ExifOrientation.Read(file);

    private static unsafe void ReadPixels(SKCodec codec, SKImageInfo info, Span<byte> rgba, string place)
    {
        SKCodecResult result;
        fixed (byte* to = rgba)
            result = codec.GetPixels(info, (nint)to);
        if (result == SKCodecResult.Success)
            return;
        throw new UserException(result switch
        {
            SKCodecResult.IncompleteInput => $"the {codec.EncodedFormat} file is cut short: part of the picture is missing",
            SKCodecResult.ErrorInInput or SKCodecResult.InvalidInput => $"the {codec.EncodedFormat} file is damaged or cut short",
            SKCodecResult.Unimplemented => $"this kind of {codec.EncodedFormat} file is not supported",
            _ => $"the {codec.EncodedFormat} file cannot be decoded ({result})",
        }, place, "Download it again, convert it to JPEG or PNG, or remove it from the data set.");
    }
}
