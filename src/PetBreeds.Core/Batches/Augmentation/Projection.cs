using System.Runtime.CompilerServices;

namespace PetBreeds.Batches.Augmentation;

/// <summary>
/// A projective map of the plane, row-major 3×3, from output to input coordinates. Coordinates are those of torch with
/// <c>align_corners</c>: −1 and 1 are the centres of the first and last pixel. Because every step of the augmentation is such a map,
/// together they are one product and need one interpolation.
/// </summary>
internal readonly struct Projection
{
    private const int Columns = 9;

    private readonly Entries _m;

    private Projection(params ReadOnlySpan<double> m) => m.CopyTo(_m);

    public static Projection Identity { get; } = new(1, 0, 0, 0, 1, 0, 0, 0, 1);

    public double this[int row, int column] => _m[row * 3 + column];

    /// <summary>Applies <paramref name="right"/> first, then <paramref name="left"/>.</summary>
    public static Projection operator *(Projection left, Projection right)
    {
        Span<double> product = stackalloc double[9];
        product.Clear();
        for (var i = 0; i < 9; i++)
        {
            for (var k = 0; k < 3; k++)
                product[i] += left[i / 3, k] * right[k, i % 3];
        }
        return new Projection(product);
    }

    public static Projection Flip(bool flip) => flip ? new(-1, 0, 0, 0, 1, 0, 0, 0, 1) : Identity;

    /// <summary>Rotation about the centre.</summary>
    public static Projection Rotate(double degrees)
    {
        var (sin, cos) = Math.SinCos(degrees * Math.PI / 180);
        return new(cos, sin, 0, -sin, cos, 0, 0, 0, 1);
    }

    /// <summary>Zoom about a point given as shares of width and height.</summary>
    public static Projection Zoom(double zoom, (double X, double Y) centre)
    {
        var s = 1 / zoom;
        return new(s, 0, (1 - s) * (2 * centre.X - 1), 0, s, (1 - s) * (2 * centre.Y - 1), 0, 0, 1);
    }

    /// <summary>
    /// Maps the pixel centres of an output grid, in coordinates where −1 and 1 are the image's edges, to a square of the input.
    /// </summary>
    /// <param name="x">Left edge of the square in input pixels.</param>
    /// <param name="y">Top edge of the square in input pixels.</param>
    /// <param name="side">Side of the square in input pixels.</param>
    /// <param name="window">Side of the input in pixels.</param>
    public static Projection Crop(double x, double y, double side, int window)
    {
        // An edge coordinate u lies at pixel x + side·(u + 1)/2 − 1/2; pixel p has the align_corners coordinate 2p/(window − 1) − 1.
        var n = Math.Max(1, window - 1);
        return new(side / n, 0, (2 * x + side - 1) / n - 1, 0, side / n, (2 * y + side - 1) / n - 1, 0, 0, 1);
    }

    /// <summary>Perspective warp as in fastai's <c>Warp</c>: the homography that maps the shifted corners to those of the square.</summary>
    public static Projection Warp((double X, double Y) t)
    {
        if (t is (0, 0))
            return Identity;
        ReadOnlySpan<(double X, double Y)> square = [(-1, -1), (-1, 1), (1, -1), (1, 1)];
        ReadOnlySpan<(double X, double Y)> shifted =
            [(-1 - t.Y, -1 - t.X), (-1 + t.Y, 1 + t.X), (1 + t.Y, -1 + t.X), (1 - t.Y, 1 - t.X)];
        // eight equations for the eight free entries, the right-hand side in the last column
        Span<double> rows = stackalloc double[8 * Columns];
        for (var i = 0; i < 4; i++)
        {
            var (px, py) = square[i];
            var (qx, qy) = shifted[i];
            ReadOnlySpan<double> x = [qx, qy, 1, 0, 0, 0, -px * qx, -px * qy, px];
            ReadOnlySpan<double> y = [0, 0, 0, qx, qy, 1, -py * qx, -py * qy, py];
            x.CopyTo(rows[(2 * i * Columns)..]);
            y.CopyTo(rows[((2 * i + 1) * Columns)..]);
        }
        Solve(rows);
        Span<double> map = stackalloc double[9];
        for (var i = 0; i < 8; i++)
            map[i] = rows[i * Columns + 8] / rows[i * Columns + i];
        map[8] = 1;
        return new(map);
    }

    /// <summary>Gauss–Jordan with partial pivoting: afterwards, only the diagonal and the last column are valid.</summary>
    private static void Solve(Span<double> rows)
    {
        for (var column = 0; column < 8; column++)
        {
            var pivot = column;
            for (var row = column + 1; row < 8; row++)
                pivot = Math.Abs(rows[row * Columns + column]) > Math.Abs(rows[pivot * Columns + column]) ? row : pivot;
            for (var k = 0; k < Columns; k++)
                (rows[column * Columns + k], rows[pivot * Columns + k]) = (rows[pivot * Columns + k], rows[column * Columns + k]);
            for (var row = 0; row < 8; row++)
            {
                var factor = row == column ? 0 : rows[row * Columns + column] / rows[column * Columns + column];
                for (var k = column; k < Columns; k++)
                    rows[row * Columns + k] -= factor * rows[column * Columns + k];
            }
        }
    }

    [InlineArray(9)]
    private struct Entries
    {
        private double _first;
    }
}
