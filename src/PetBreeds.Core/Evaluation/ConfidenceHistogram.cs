namespace PetBreeds.Evaluation;

/// <summary>
/// How sure answers were, finely enough to choose a threshold by: 3,700 bins of equal width in log odds, so that 99.99% and 99.999% are
/// apart. Its size does not depend on how many are counted.
/// </summary>
internal sealed class ConfidenceHistogram
{
    private const double Lowest = -14; // log odds of one in a million
    private const double Width = .01;
    private const int Bins = 3700; // up to log odds of 23: beyond, a double cannot tell probabilities from 1 well

    private readonly long[] _counts = new long[Bins];

    /// <summary>Answers counted.</summary>
    public long Count { get; private set; }

    /// <summary>Counts an answer.</summary>
    /// <param name="confidence">Probability of the most probable class, 0 to 1.</param>
    public void Add(double confidence)
    {
        _counts[Bin(confidence)]++;
        Count++;
    }

    /// <summary>Answers that reach a threshold; meant for thresholds from <see cref="Keeping"/> or <see cref="Letting"/>.</summary>
    public long AtLeast(double threshold)
    {
        var count = 0L;
        for (var bin = Bin(threshold); bin < Bins; bin++)
            count += _counts[bin];
        return count;
    }

    /// <summary>Counts of both.</summary>
    public ConfidenceHistogram Plus(ConfidenceHistogram other)
    {
        var sum = new ConfidenceHistogram { Count = Count + other.Count };
        for (var bin = 0; bin < Bins; bin++)
            sum._counts[bin] = _counts[bin] + other._counts[bin];
        return sum;
    }

    /// <summary>The highest threshold that at least a share of the answers reaches.</summary>
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

    /// <summary>The lowest threshold that at most a share of the answers reaches.</summary>
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
        return (int)Math.Clamp(Math.Floor((odds - Lowest) / Width + .01), 0, Bins - 1); // .01: an edge belongs to the bin it opens
    }

    private static double Edge(int bin) => bin == 0 ? 0 : 1 / (1 + Math.Exp(-(Lowest + bin * Width)));
}
