namespace PetBreeds.Evaluation;

/// <summary>A confidence interval of the error on all photos of this kind, given a sample of them.</summary>
/// <param name="Low">Lower bound, at least 0.</param>
/// <param name="High">Upper bound, at most 1.</param>
internal readonly record struct ErrorInterval(double Low, double High)
{
    /// <summary>97.5% of a normal distribution lie below this, and 95% between this and its negative.</summary>
    internal const double Z = 1.959963984540054;

    /// <summary>
    /// The 95% confidence interval of a share (E. B. Wilson, 1927), which is also valid for few photos and for shares near 0 and 1.
    /// </summary>
    /// <param name="wrong">Number of wrong predictions, 0 to <paramref name="photos"/>.</param>
    /// <param name="photos">Number of photos, at least 1.</param>
    public static ErrorInterval Wilson(long wrong, long photos)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(photos);
        ArgumentOutOfRangeException.ThrowIfNegative(wrong);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wrong, photos);
        var (n, p) = ((double)photos, (double)wrong / photos);
        var centre = (p + Z * Z / (2 * n)) / (1 + Z * Z / n);
        var half = Z * Math.Sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n);
        return new ErrorInterval(wrong == 0 ? 0 : centre - half, wrong == photos ? 1 : centre + half);
    }
}
