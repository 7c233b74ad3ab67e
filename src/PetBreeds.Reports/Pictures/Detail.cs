using PetBreeds.Pixels.Decoding;

namespace PetBreeds.Reports.Pictures;

/// <summary>Finds, measures and enlarges details of a photo.</summary>
internal static class Detail
{
    /// <summary>The square near the middle with the most detail and contrast: an eye rather than fur.</summary>
    public static (int X, int Y) Liveliest(RgbImage image, int side)
    {
        var (from, to) = (image.Width / 4, image.Width * 3 / 4 - side);
        var places = from >= to ? [(from, from)] : Range(from, to).SelectMany(y => Range(from, to).Select(x => (X: x, Y: y)));
        return places.MaxBy(place => Steps(image, place.X, place.Y, side) * Contrast(image, place.X, place.Y, side));
    }

    /// <summary>Mean difference between neighbouring pixels in the middle half, 0 to 255.</summary>
    public static double Sharpness(RgbImage image) => Steps(image, image.Width / 4, image.Height / 4, image.Width / 2);

    /// <summary>Crops a square and repeats each pixel <paramref name="times"/> × <paramref name="times"/>, without smoothing.</summary>
    public static RgbImage Enlarge(RgbImage image, int x, int y, int side, int times)
    {
        var large = new RgbImage(side * times, side * times, new byte[side * times * side * times * 3]);
        for (var row = 0; row < large.Height; row++)
            for (var column = 0; column < large.Width; column++)
                image.Pixels.AsSpan(((y + row / times) * image.Width + x + column / times) * 3, 3)
                    .CopyTo(large.Pixels.AsSpan((row * large.Width + column) * 3));
        return large;
    }

    /// <summary>The photo with an orange line just inside a region's border.</summary>
    /// <param name="image">Not changed.</param>
    /// <param name="region">Whether each pixel is in the region, row by row.</param>
    public static RgbImage Surround(RgbImage image, bool[] region)
    {
        var marked = image with { Pixels = [.. image.Pixels] };
        bool In(int x, int y) => x < 0 || y < 0 || x >= image.Width || y >= image.Height || region[y * image.Width + x];
        for (var y = 0; y < image.Height; y++)
            for (var x = 0; x < image.Width; x++)
                if (region[y * image.Width + x] && !(In(x - 1, y) && In(x + 1, y) && In(x, y - 1) && In(x, y + 1)))
                    Mark.CopyTo(marked.Pixels.AsSpan((y * image.Width + x) * 3));
        return marked;
    }

    private static ReadOnlySpan<byte> Mark => [0xE6, 0x9F, 0x00]; // PlotColors.Orange

    private static IEnumerable<int> Range(int from, int to) => Enumerable.Range(0, (to - from) / 8 + 1).Select(i => from + i * 8);

    private static double Steps(RgbImage image, int left, int top, int side)
    {
        var sum = 0L;
        for (var y = top; y < top + side - 1; y++)
            for (var x = left; x < left + side - 1; x++)
            {
                var at = (y * image.Width + x) * 3 + 1; // green: most of perceived brightness
                sum += Math.Abs(image.Pixels[at + 3] - image.Pixels[at]) + Math.Abs(image.Pixels[at + image.Width * 3] - image.Pixels[at]);
            }
        return sum / (2.0 * (side - 1) * (side - 1));
    }

    /// <summary>Variance of all channels together.</summary>
    private static double Contrast(RgbImage image, int left, int top, int side)
    {
        var (sum, squares, count) = (0.0, 0.0, side * side * 3);
        for (var y = top; y < top + side; y++)
            foreach (var value in image.Pixels.AsSpan((y * image.Width + left) * 3, side * 3))
                (sum, squares) = (sum + value, squares + value * value);
        return squares / count - sum / count * (sum / count);
    }
}
