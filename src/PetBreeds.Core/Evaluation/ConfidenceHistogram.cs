namespace PetBreeds.Evaluation;

/// <summary>
/// A histogram of confidences that is fine enough to choose thresholds: 3,700 bins of equal width in log odds, so that 99.99% and 99.999%
/// are distinguished. Its size does not depend on the number of predictions.
/// </summary>
internal sealed class ConfidenceHistogram
{
    private const double Lowest = -14; // log odds of one in a million
    private const double Width = .01;
    private const int Bins = 3700; // up to log odds of 23: beyond that, doubles close to 1 are too coarse

    private readonly long[] _counts = new long[Bins];

    /// <summary>Number of predictions counted.</summary>
    public long Count { get; private set; }

    /// <summary>Counts a prediction.</summary>
    /// <param name="confidence">Probability of the most probable class, 0 to 1.</param>
    public void Add(double confidence)
    {
        _counts[Bin(confidence)]++;
        Count++;
    }

    /// <summary>
    /// Number of predictions that reach a threshold; meant for thresholds from <see cref="Keeping"/> or <see cref="Letting"/>.
    /// </summary>
    public long AtLeast(double threshold)
    {
        var count = 0L;
        for (var bin = Bin(threshold); bin < Bins; bin++)
            count += _counts[bin];
        return count;
    }

    /// <summary>The sum of two histograms.</summary>
    public ConfidenceHistogram Plus(ConfidenceHistogram other)
    {
        var sum = new ConfidenceHistogram { Count = Count + other.Count };
        for (var bin = 0; bin < Bins; bin++)
            sum._counts[bin] = _counts[bin] + other._counts[bin];
        return sum;
    }

    /// <summary>The highest threshold that at least the given share of the predictions reaches.</summary>
    public double Keeping(double share)
    {
        var (wanted, kept) = (share * Count, 0L);
        for (var bin = Bins - 1; bin >= 0; bin--)
        {
            kept += _counts[bin];
            if (kept > 0 && kept >= wanted - 1e-9 * Count)
                return Edge(bin);
        }
        return 0;
    }

    /// <summary>The lowest threshold that at most the given share of the predictions reaches.</summary>
    public double Letting(double share)
    {
        var let = 0L;
        for (var bin = Bins - 1; bin >= 0; bin--)
        {
            let += _counts[bin];
            if (let > share * Count + 1e-9 * Count)
                return bin == Bins - 1 ? 1 : Edge(bin + 1);
        }
        return 0;
    }

    private static int Bin(double confidence)
    {
        var odds = Math.Log(confidence / (1 - confidence)); // infinite at 0 and 1
        return (int)Math.Clamp(Math.Floor((odds - Lowest) / Width + .01), 0, Bins - 1); // .01: an edge belongs to the bin above it
    }

    private static double Edge(int bin) => bin == 0 ? 0 : 1 / (1 + Math.Exp(-(Lowest + bin * Width)));
}
