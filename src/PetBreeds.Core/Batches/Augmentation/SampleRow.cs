using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PetBreeds.Batches.Augmentation;

/// <summary>
/// Computes where the samples of one line of an output grid lie in the window, as <c>grid_sample</c> does with align_corners and reflected
/// borders, eight points at a time.
/// </summary>
/// <param name="map">Maps output to input coordinates.</param>
/// <param name="window">Side of the window in pixels, at least 2.</param>
/// <param name="side">Number of points along each side of the output grid.</param>
/// <param name="rowBytes">Bytes from one line of the photo to the next.</param>
internal readonly struct SampleRow(Projection map, int window, int side, int rowBytes)
{
    /// <summary>Space for each of the three values of a line's points, in whole vectors.</summary>
    public int Length { get; } = (side + 7) & ~7;

    /// <summary>Computes the points of a line.</summary>
    /// <param name="line">Index of the line, 0 to side − 1.</param>
    /// <param name="points">
    /// Receives three sections of <see cref="Length"/>: the byte offset of each point's upper left neighbour (as int32; always inside the
    /// window), the weight of the right neighbour, and that of the lower one.
    /// </param>
    public void Fill(int line, Span<float> points)
    {
        var v = (2.0 * line + 1) / side - 1;
        var (w, dw) = Along(2, v);
        var x = Pixels(Along(0, v), (w, dw));
        var y = Pixels(Along(1, v), (w, dw));
        var mirror = !(Inside(x, (w, dw)) && Inside(y, (w, dw)));
        var step = Vector256.Create(0f, 1, 2, 3, 4, 5, 6, 7);
        ref var first = ref MemoryMarshal.GetReference(points);
        for (var j = 0; j < Length; j += 8)
        {
            var i = step + Vector256.Create((float)j);
            var depth = Vector256<float>.One / At(i, (w, dw));
            var column = At(i, x) * depth;
            var row = At(i, y) * depth;
            if (mirror)
                (column, row) = (Mirror(column), Mirror(row));
            var left = Whole(column);
            var upper = Whole(row);
            var offset = upper * Vector256.Create(rowBytes) + left * Vector256.Create(3);
            offset.StoreUnsafe(ref Unsafe.As<float, int>(ref first), (nuint)j);
            (column - Vector256.ConvertToSingle(left)).StoreUnsafe(ref first, (nuint)(Length + j));
            (row - Vector256.ConvertToSingle(upper)).StoreUnsafe(ref first, (nuint)(2 * Length + j));
        }
    }

    private static Vector256<float> At(Vector256<float> i, (double Start, double Step) line) =>
        Vector256.FusedMultiplyAdd(i, Vector256.Create((float)line.Step), Vector256.Create((float)line.Start));

    /// <summary>The value of a homogeneous coordinate at the line's first point, and its increment per point.</summary>
    private (double Start, double Step) Along(int row, double v) =>
        (map[row, 0] * (1.0 / side - 1) + map[row, 1] * v + map[row, 2], map[row, 0] * 2 / side);

    /// <summary>Converts from −1..1, the centres of the border pixels, to 0..window − 1; both are multiplied by the depth.</summary>
    private (double Start, double Step) Pixels((double Start, double Step) line, (double Start, double Step) depth)
    {
        var half = (window - 1) / 2.0;
        return ((line.Start + depth.Start) * half, (line.Step + depth.Step) * half);
    }

    /// <summary>Whether a line stays within the window; it is straight, so checking its ends is enough.</summary>
    private bool Inside((double Start, double Step) line, (double Start, double Step) depth)
    {
        var (end, endDepth) = (line.Start + line.Step * (Length - 1), depth.Start + depth.Step * (Length - 1));
        return depth.Start > 0 && endDepth > 0 && In(line.Start / depth.Start, window - 1) && In(end / endDepth, window - 1);

        static bool In(double position, int last) => position >= 0 && position <= last;
    }

    /// <summary>Reflects positions at the centres of the border pixels.</summary>
    private Vector256<float> Mirror(Vector256<float> position)
    {
        var last = Vector256.Create((float)(window - 1));
        position = Vector256.Abs(position);
        var crossings = Vector256.Floor(position * Vector256.Create(1f / (window - 1)));
        var rest = position - crossings * last;
        var odd = crossings - Vector256.Create(2f) * Vector256.Floor(crossings * Vector256.Create(.5f));
        var mirrored = Vector256.FusedMultiplyAdd(odd, last - rest - rest, rest); // odd ? last − rest : rest
        return Vector256.Min(Vector256.Max(mirrored, Vector256<float>.Zero), last);
    }

    private Vector256<int> Whole(Vector256<float> position) => Vector256.Min(
        Vector256.Max(Vector256.ConvertToInt32(position), Vector256<int>.Zero), Vector256.Create(window - 2));
}
