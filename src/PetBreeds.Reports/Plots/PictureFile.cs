using PetBreeds.Catalog.Files;
using PetBreeds.Runtime.Files;
using SkiaSharp;

namespace PetBreeds.Reports.Plots;

/// <summary>Draws a picture and writes it atomically: the file appears complete or not at all.</summary>
internal static class PictureFile
{
    /// <summary>Pictures are drawn at twice their nominal size, so that they stay crisp on dense screens and in print.</summary>
    public const int Scale = 2;

    private const int JpegQuality = 90;
    private const int LongestSide = 65_500; // JPEG's limit (libjpeg's JPEG_MAX_DIMENSION)

    /// <summary>
    /// Draws on a white canvas of <paramref name="width"/> × <paramref name="height"/> units of <paramref name="scale"/> pixels each, and
    /// saves it to <paramref name="path"/>: a JPEG if the name ends in <c>.jpg</c> or <c>.jpeg</c>, else a PNG.
    /// </summary>
    /// <exception cref="UserException">The picture would be too big, or the file cannot be written.</exception>
    public static void Draw(string path, int width, int height, Action<SKCanvas> draw, int scale = Scale)
    {
        var (across, down) = ((long)width * scale, (long)height * scale);
        if (Math.Max(across, down) > LongestSide)
            throw TooBig(path, across, down);
        var info = new SKImageInfo((int)across, (int)down, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var surface = SKSurface.Create(info) ?? throw TooBig(path, across, down);
        surface.Canvas.Clear(SKColors.White);
        surface.Canvas.Scale(scale);
        draw(surface.Canvas);
        using var image = surface.Snapshot();
        using var data = IsJpeg(path) ? image.Encode(SKEncodedImageFormat.Jpeg, JpegQuality) : image.Encode(SKEncodedImageFormat.Png, 100);
        Write(path, data ?? throw TooBig(path, across, down));
    }

    private static UserException TooBig(string path, long width, long height) =>
        new($"a picture of {width} × {height} pixels cannot be created", path, "Use fewer or smaller cells.");

    private static bool IsJpeg(string path) =>
        Path.GetExtension(path).ToUpperInvariant() is ".JPG" or ".JPEG";

    private static void Write(string path, SKData data)
    {
        WriteErrors.Guard(path, "the picture", () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            AtomicFile.Replace(path, file => file.Write(OwnOutput.Marked(data.AsSpan())));
        });
    }
}
