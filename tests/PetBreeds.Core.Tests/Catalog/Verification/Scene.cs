using PetBreeds.Pixels.Decoding;
using SkiaSharp;

namespace PetBreeds.Tests.Catalog.Verification;

/// <summary>Soft colour fields, another for each seed and the same at any size: what a photo is to a perceptual hash.</summary>
internal static class Scene
{
    private const int Columns = 7;
    private const int Rows = 6;

    public static RgbImage Draw(int seed, int width = 160, int height = 120)
    {
        var field = new byte[Columns * Rows * 3];
        new Random(seed).NextBytes(field);
        var image = new RgbImage(width, height, new byte[width * height * 3]);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                for (var c = 0; c < 3; c++)
                    image.Pixels[(((y * width) + x) * 3) + c] = Blend(field, (x + .5) / width * (Columns - 1),
                        (y + .5) / height * (Rows - 1), c);
        return image;
    }

    public static byte[] Jpeg(int seed, int width = 160, int height = 120, int quality = 95) => Jpeg(Draw(seed, width, height), quality);

    public static byte[] Jpeg(RgbImage image, int quality)
    {
        using var bitmap = Bitmap(image);
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, quality);
        return data.ToArray();
    }

    /// <summary>A photo file decoded, scaled and encoded anew, as web sites do.</summary>
    public static byte[] Copy(byte[] photo, double scale, int quality)
    {
        using var bitmap = Bitmap(PhotoDecoder.Default.Decode(photo, "the original"));
        using var small = bitmap.Resize(new SKSizeI((int)(bitmap.Width * scale), (int)(bitmap.Height * scale)),
            new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        using var data = small.Encode(SKEncodedImageFormat.Jpeg, quality);
        return data.ToArray();
    }

    private static SKBitmap Bitmap(RgbImage image)
    {
        var bitmap = new SKBitmap(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var rgba = bitmap.GetPixelSpan();
        for (var i = 0; i < image.Width * image.Height; i++)
        {
            image.Pixels.AsSpan(i * 3, 3).CopyTo(rgba[(i * 4)..]);
            rgba[(i * 4) + 3] = 255;
        }
        return bitmap;
    }

    private static byte Blend(byte[] field, double x, double y, int channel)
    {
        var (left, top) = ((int)x, (int)y);
        var (fx, fy) = (x - left, y - top);
        return (byte)((At(left, top) * (1 - fx) * (1 - fy)) + (At(left + 1, top) * fx * (1 - fy))
            + (At(left, top + 1) * (1 - fx) * fy) + (At(left + 1, top + 1) * fx * fy));

        double At(int column, int row) => field[(((Math.Min(row, Rows - 1) * Columns) + Math.Min(column, Columns - 1)) * 3) + channel];
    }
}
