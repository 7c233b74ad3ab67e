using PetBreeds.Pixels.Decoding;

namespace PetBreeds.Catalog.Verification;

/// <summary>Small greyscale thumbnails used to compare photos.</summary>
internal static class Thumbnail
{
    /// <summary>
    /// Scales a photo's luma (ITU-R BT.601) to <paramref name="side"/> × <paramref name="side"/>, whatever its shape. Each target pixel is
    /// the mean of exactly the area it covers, so that copies of other sizes give nearly the same result; running sums make this possible
    /// in one pass.
    /// </summary>
    /// <returns>float [side, side], 0 to 255.</returns>
    public static float[] Luma(RgbImage image, int side)
    {
        var (width, height) = (image.Width, image.Height);
        var along = new double[width + 1];
        var down = new double[(height + 1) * side]; // [height + 1, side]: sums of the rows above
        for (var y = 0; y < height; y++)
        {
            var row = image.Pixels.AsSpan(y * width * 3, width * 3);
            for (var x = 0; x < width; x++)
                along[x + 1] = along[x] + ((299 * row[x * 3]) + (587 * row[(x * 3) + 1]) + (114 * row[(x * 3) + 2]));
            for (var t = 0; t < side; t++)
                down[((y + 1) * side) + t] = down[(y * side) + t] + Between(along, 1, 0, width, t, side);
        }
        var small = new float[side * side];
        for (var t = 0; t < side; t++)
            for (var u = 0; u < side; u++)
                small[(t * side) + u] = (float)(Between(down, side, u, height, t, side) / 1000);
        return small;
    }

    /// <summary>Halves the size of a square picture.</summary>
    public static byte[] Halve(float[] picture, int side)
    {
        var half = side / 2;
        var small = new byte[half * half];
        for (var y = 0; y < half; y++)
            for (var x = 0; x < half; x++)
            {
                var i = (y * 2 * side) + (x * 2);
                small[(y * half) + x] = (byte)MathF.Round((picture[i] + picture[i + 1] + picture[i + side] + picture[i + side + 1]) / 4);
            }
        return small;
    }

    /// <summary>Pearson correlation of two pictures, -1 to 1, independent of brightness and contrast. NaN if one is uniform.</summary>
    public static double Correlation(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        long sumA = 0, sumB = 0, squaresA = 0, squaresB = 0, products = 0;
        for (var i = 0; i < a.Length; i++)
        {
            sumA += a[i];
            sumB += b[i];
            squaresA += a[i] * a[i];
            squaresB += b[i] * b[i];
            products += a[i] * b[i];
        }
        var (n, varianceA, varianceB) = (a.Length, (a.Length * squaresA) - (sumA * sumA), (a.Length * squaresB) - (sumB * sumB));
        return ((n * products) - (sumA * sumB)) / Math.Sqrt((double)varianceA * varianceB);
    }

    /// <summary>The standard deviation, in grey levels.</summary>
    public static double Contrast(ReadOnlySpan<byte> picture)
    {
        double sum = 0, squares = 0;
        foreach (var value in picture)
            (sum, squares) = (sum + value, squares + (value * value));
        return Math.Sqrt(Math.Max(0, (squares / picture.Length) - (sum / picture.Length * (sum / picture.Length))));
    }

    /// <summary>The mean over part <paramref name="t"/> of <paramref name="parts"/> equal parts of a line, from its running sums.</summary>
    private static double Between(double[] sums, int stride, int offset, int length, int t, int parts)
    {
        var part = (double)length / parts;
        return (At((t + 1) * part) - At(t * part)) / part;

        double At(double position)
        {
            var whole = Math.Min((int)position, length - 1);
            var (low, high) = (sums[(whole * stride) + offset], sums[((whole + 1) * stride) + offset]);
            return low + ((position - whole) * (high - low));
        }
    }
}
