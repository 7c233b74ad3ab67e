#if IMAGESHARP
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.PixelFormats;

namespace PetBreeds.Pixels;

/// <summary>
/// Decodes with ImageSharp 3.1 (<c>-p:ImageBackend=ImageSharp</c>): TIFF, TGA, PBM and QOI too. It differs from <see cref="SkiaDecoder"/>
/// in two ways: colour profiles are not converted, and a JPEG or WebP that is cut short decodes with arbitrary pixels in the missing part.
/// </summary>
internal sealed class ImageSharpDecoder : IPhotoDecoder
{
    public string Name => "imagesharp-3.1";

    public (int Width, int Height) ReadSize(ReadOnlyMemory<byte> file, string place)
    {
        var info = Identify(file.Span, place);
        return (info.Width, info.Height);
    }

    public RgbImage Decode(ReadOnlyMemory<byte> file, string place, int? coverShortSide = null)
    {
        var info = Identify(file.Span, place);
        var reduction = info.Metadata.DecodedImageFormat is JpegFormat
            ? PhotoDecoder.JpegReduction(info.Width, info.Height, coverShortSide)
            : 1;
        // libjpeg's rule, which ImageSharp's scaled decoding follows: the reduced size is rounded up.
        var size = new Size((info.Width + reduction - 1) / reduction, (info.Height + reduction - 1) / reduction);
        PhotoDecoder.CheckSize(size.Width, size.Height, file.Span, place);
        var options = new DecoderOptions { MaxFrames = 1, TargetSize = reduction == 1 ? null : size };
        try
        {
            using var image = Image.Load<Rgba32>(options, file.Span);
            var rgba = GC.AllocateUninitializedArray<byte>(checked(image.Width * image.Height * 4));
            image.CopyPixelDataTo(rgba);
            return RgbaToRgb.Convert(rgba, image.Width, image.Height, Orientation(image), opaque: false);
        }
        catch (Exception e) when (e is ImageFormatException or NotSupportedException or InvalidMemoryOperationException)
        {
            throw new UserException($"the file cannot be decoded: {e.Message}", place,
                "Fetch it again, convert it to JPEG or PNG, or take it out of the data set.", e);
        }
    }

    private static ImageInfo Identify(ReadOnlySpan<byte> file, string place)
    {
        if (file.IsEmpty)
            throw PhotoFormat.NotAPhoto(file, place);
        try
        {
            return Image.Identify(new DecoderOptions { MaxFrames = 1 }, file);
        }
        catch (Exception e) when (e is ImageFormatException or NotSupportedException or InvalidMemoryOperationException)
        {
            throw PhotoFormat.NotAPhoto(file, place);
        }
    }

    // Turned by the same code as with Skia rather than by AutoOrient, so that both decoders give the same picture.
    private static int Orientation(Image image) =>
        image.Metadata.ExifProfile is { } exif && exif.TryGetValue(ExifTag.Orientation, out var value) && value.Value is >= 1 and <= 8
            ? value.Value
            : 1;
}
#endif
