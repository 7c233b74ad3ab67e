using PetBreeds.Pixels.Decoding;
using SkiaSharp;

namespace PetBreeds.Reports.Pictures;

/// <summary>Makes a small JPEG of pixels.</summary>
internal static class PhotoJpeg
{
    private const int Quality = 82;

    /// <summary>Scales a picture so that its long side has at most <paramref name="longSide"/> pixels, and encodes it.</summary>
    public static byte[] Encode(RgbImage photo, int longSide)
    {
        ArgumentNullException.ThrowIfNull(photo);
        using var image = new PhotoCell(photo.Width, photo.Height, photo.Pixels, []).ToImage();
        var scale = Math.Min(1, (double)longSide / Math.Max(photo.Width, photo.Height));
        using var surface = SKSurface.Create(new SKImageInfo(
            Math.Max(1, (int)Math.Round(photo.Width * scale)), Math.Max(1, (int)Math.Round(photo.Height * scale)), SKColorType.Rgba8888, SKAlphaType.Opaque));
        var whole = SKRect.Create(surface.Canvas.DeviceClipBounds.Width, surface.Canvas.DeviceClipBounds.Height);
        surface.Canvas.DrawImage(image, whole, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear)); // mipmaps, or it would alias
        using var small = surface.Snapshot();
        using var data = small.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return data.ToArray();
    }
}
