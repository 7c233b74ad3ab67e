namespace PetBreeds.Catalog.Verification;

/// <summary>
/// The DCT hash of pHash (C. Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010, section 3.2.1): one bit
/// for each of the 8 × 8 lowest frequencies of a 32 × 32 greyscale picture (without the very lowest in each direction), set if it is above
/// their median. Half of the bits are set, which keeps the buckets of <see cref="HashIndex"/> balanced.
/// </summary>
internal static class PerceptualHash
{
    /// <summary>Side of the picture to hash.</summary>
    public const int Side = 32;

    private const int Frequencies = 8;
    private static readonly float[] Cosines = MakeCosines();

    /// <param name="luma">float [32, 32].</param>
    public static ulong Of(ReadOnlySpan<float> luma)
    {
        Span<float> rows = stackalloc float[Side * Frequencies]; // [y, horizontal frequency]
        for (var y = 0; y < Side; y++)
            for (var f = 0; f < Frequencies; f++)
                rows[(y * Frequencies) + f] = Dot(luma.Slice(y * Side, Side), Cosines.AsSpan(f * Side, Side));
        Span<float> both = stackalloc float[Frequencies * Frequencies]; // [vertical frequency, horizontal frequency]
        for (var v = 0; v < Frequencies; v++)
            for (var h = 0; h < Frequencies; h++)
            {
                var sum = 0f;
                for (var y = 0; y < Side; y++)
                    sum += rows[(y * Frequencies) + h] * Cosines[(v * Side) + y];
                both[(v * Frequencies) + h] = sum;
            }
        return AboveMedian(both);
    }

    private static ulong AboveMedian(ReadOnlySpan<float> values)
    {
        Span<float> sorted = stackalloc float[values.Length];
        values.CopyTo(sorted);
        sorted.Sort();
        var median = (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
        var hash = 0UL;
        for (var i = 0; i < values.Length; i++)
            hash |= values[i] > median ? 1UL << i : 0;
        return hash;
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0f;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    /// <summary>DCT-II of frequencies 1 to 8; a common factor does not affect comparisons with the median.</summary>
    private static float[] MakeCosines() =>
        [.. from f in Enumerable.Range(1, Frequencies) from x in Enumerable.Range(0, Side)
            select MathF.Cos(MathF.PI * f * ((2 * x) + 1) / (2 * Side))];
}
