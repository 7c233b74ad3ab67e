namespace PetBreeds.Batches;

/// <summary>
/// A projective map of the plane, row-major 3×3, from output to input coordinates. Coordinates are torch's with <c>align_corners</c>: −1 and 1 are
/// the centres of the first and last pixel. Because every step of the augmentation is such a map, all of them are one product and one interpolation.
/// </summary>
internal readonly struct Projection
{
    private readonly double[] _m;

    private Projection(params double[] m) => _m = m;

    public static Projection Identity { get; } = new(1, 0, 0, 0, 1, 0, 0, 0, 1);

    public double this[int row, int column] => _m[row * 3 + column];

    /// <summary>First <paramref name="right"/>, then <paramref name="left"/>.</summary>
    public static Projection operator *(Projection left, Projection right)
    {
        var product = new double[9];
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

    /// <summary>Enlargement about a point given as shares of width and height.</summary>
    public static Projection Zoom(double zoom, (double X, double Y) centre)
    {
        var s = 1 / zoom;
        return new(s, 0, (1 - s) * (2 * centre.X - 1), 0, s, (1 - s) * (2 * centre.Y - 1), 0, 0, 1);
    }

    /// <summary>
    /// From the pixel centres of an output grid, in coordinates where −1 and 1 are the image's edges, to a rectangle of the input.
    /// </summary>
    /// <param name="x">Left edge of the rectangle in input pixels.</param>
    /// <param name="y">Top edge.</param>
    /// <param name="side">Side of the rectangle in input pixels.</param>
    /// <param name="window">Side of the input in pixels.</param>
    public static Projection Crop(double x, double y, double side, int window)
    {
        // An edge coordinate u lies at pixel x + side·(u + 1)/2 − 1/2; pixel p has the corner coordinate 2p/(window − 1) − 1.
        var n = Math.Max(1, window - 1);
        return new(side / n, 0, (2 * x + side - 1) / n - 1, 0, side / n, (2 * y + side - 1) / n - 1, 0, 0, 1);
    }

    /// <summary>Change of perspective as fastai's Warp: the homography that takes the shifted corners to the square's.</summary>
    public static Projection Warp((double X, double Y) t)
    {
        if (t is (0, 0))
            return Identity;
        ReadOnlySpan<(double X, double Y)> square = [(-1, -1), (-1, 1), (1, -1), (1, 1)];
        ReadOnlySpan<(double X, double Y)> shifted =
            [(-1 - t.Y, -1 - t.X), (-1 + t.Y, 1 + t.X), (1 + t.Y, -1 + t.X), (1 - t.Y, 1 - t.X)];
        var rows = new double[8, 9]; // eight equations for the eight free entries, the right-hand side in the last column
        for (var i = 0; i < 4; i++)
        {
            var (px, py) = square[i];
            var (qx, qy) = shifted[i];
            SetRow(rows, 2 * i, [qx, qy, 1, 0, 0, 0, -px * qx, -px * qy, px]);
            SetRow(rows, 2 * i + 1, [0, 0, 0, qx, qy, 1, -py * qx, -py * qy, py]);
        }
        return new([.. Solve(rows), 1]);
    }

    private static void SetRow(double[,] rows, int row, ReadOnlySpan<double> values)
    {
        for (var i = 0; i < values.Length; i++)
            rows[row, i] = values[i];
    }

    /// <summary>Gauss–Jordan with partial pivoting.</summary>
    private static double[] Solve(double[,] a)
    {
        var n = a.GetLength(0);
        for (var column = 0; column < n; column++)
        {
            var pivot = column;
            for (var row = column + 1; row < n; row++)
                pivot = Math.Abs(a[row, column]) > Math.Abs(a[pivot, column]) ? row : pivot;
            for (var k = 0; k <= n; k++)
                (a[column, k], a[pivot, k]) = (a[pivot, k], a[column, k]);
            for (var row = 0; row < n; row++)
            {
                var factor = row == column ? 0 : a[row, column] / a[column, column];
                for (var k = column; k <= n; k++)
                    a[row, k] -= factor * a[column, k];
            }
        }
        var solution = new double[n];
        for (var i = 0; i < n; i++)
            solution[i] = a[i, n] / a[i, i];
        return solution;
    }
}
