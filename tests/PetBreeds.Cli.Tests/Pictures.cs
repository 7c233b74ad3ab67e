using SkiaSharp;

namespace PetBreeds.Cli.Tests;

/// <summary>Looks at the pixels of the pictures that the program writes.</summary>
internal static class Pictures
{
    public static SKBitmap Read(string path) =>
        SKBitmap.Decode(path) ?? throw new InvalidDataException($"{path} is not a picture");

    /// <summary>Mean difference of the channels between two rectangles of the same size, 0 to 255.</summary>
    public static double Difference(this SKBitmap picture, (int X, int Y) first, (int X, int Y) second, int width, int height)
    {
        var sum = 0L;
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var (a, b) = (picture.GetPixel(first.X + x, first.Y + y), picture.GetPixel(second.X + x, second.Y + y));
                sum += Math.Abs(a.Red - b.Red) + Math.Abs(a.Green - b.Green) + Math.Abs(a.Blue - b.Blue);
            }
        return sum / (3.0 * width * height);
    }
}
