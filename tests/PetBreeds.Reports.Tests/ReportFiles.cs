using SkiaSharp;

namespace PetBreeds.Tests.Reports;

/// <summary>A folder for the files of one test, deleted afterwards unless PETBREEDS_KEEP_PICTURES names a folder to keep them in.</summary>
internal sealed class ReportFiles : IDisposable
{
    private static readonly string? Kept = Environment.GetEnvironmentVariable("PETBREEDS_KEEP_PICTURES");

    public string Folder { get; } = Directory.CreateDirectory(
        Kept ?? System.IO.Path.Combine(System.IO.Path.GetTempPath(), "petbreeds-tests-" + Guid.NewGuid().ToString("N"))).FullName;

    public string Path(string name) => System.IO.Path.Combine(Folder, name);

    public static SKBitmap Read(string path) => SKBitmap.Decode(path) ?? throw new InvalidOperationException($"{path} is no picture");

    /// <summary>How many pixels in the rectangle (fractions of the picture) are within <paramref name="distance"/> of a colour.</summary>
    public static int Count(
        SKBitmap picture, SKColor color, int distance = 12, double left = 0, double top = 0, double right = 1, double bottom = 1)
    {
        var count = 0;
        var pixels = picture.Pixels;
        for (var y = (int)(top * picture.Height); y < (int)(bottom * picture.Height); y++)
            for (var x = (int)(left * picture.Width); x < (int)(right * picture.Width); x++)
                if (Near(pixels[y * picture.Width + x], color, distance))
                    count++;
        return count;
    }

    /// <summary>
    /// The smallest rectangle with all pixels within <paramref name="distance"/> of a colour, in a band of the picture; empty where there
    /// is none.
    /// </summary>
    public static SKRectI Bounds(SKBitmap picture, SKColor color, int distance = 12, double top = 0, double bottom = 1)
    {
        var bounds = SKRectI.Empty;
        for (var y = (int)(top * picture.Height); y < (int)(bottom * picture.Height); y++)
            for (var x = 0; x < picture.Width; x++)
                if (Near(picture.GetPixel(x, y), color, distance))
                    bounds = bounds.IsEmpty ? SKRectI.Create(x, y, 1, 1) : SKRectI.Union(bounds, SKRectI.Create(x, y, 1, 1));
        return bounds;
    }

    public static bool Near(SKColor a, SKColor b, int distance) =>
        Math.Abs(a.Red - b.Red) <= distance && Math.Abs(a.Green - b.Green) <= distance && Math.Abs(a.Blue - b.Blue) <= distance;

    public void Dispose()
    {
        if (Kept is null)
            Directory.Delete(Folder, recursive: true);
    }
}
