using SkiaSharp;

namespace PetBreeds.Benchmarks;

/// <summary>Pictures with the detail of photos: fractal noise in colour.</summary>
internal static class Scenery
{
    public static byte[] Jpeg(int width, int height)
    {
        using var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using (var canvas = new SKCanvas(bitmap))
        using (var noise = SKShader.CreatePerlinNoiseFractalNoise(8f / width, 8f / width, 8, 1))
        using (var paint = new SKPaint { Shader = noise })
        {
            canvas.Clear(SKColors.Gray);
            canvas.DrawRect(0, 0, width, height, paint);
        }
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        return data.ToArray();
    }
}
