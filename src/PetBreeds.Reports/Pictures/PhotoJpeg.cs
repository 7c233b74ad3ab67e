using PetBreeds.Pixels.Decoding;
using SkiaSharp;

namespace PetBreeds.Reports.Pictures;

/// <summary>Encodes pixels as a small JPEG.</summary>
internal static class PhotoJpeg
{
    private const int Quality = 82;

    /// <summary>Scales a picture so that its long side has at most <paramref name="longSide"/> pixels, and encodes it.</summary>
    public static byte[] Encode(RgbImage photo, int longSide)
    {
        ArgumentNullException.ThrowIfNull(photo);
        using var image = new PhotoCell(photo.Width, photo.Height, photo.Pixels, []).ToImage();
        var scale = Math.Min(1, (double)longSide / Math.Max(photo.Width, photo.Height));
        var (width, height) = (Math.Max(1, (int)Math.Round(photo.Width * scale)), Math.Max(1, (int)Math.Round(photo.Height * scale)));
        using var surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var sampling = new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear); // mipmaps, or it would alias
        surface.Canvas.DrawImage(image, SKRect.Create(width, height), sampling);
        using var small = surface.Snapshot();
        using var data = small.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return data.ToArray();
    }
}
