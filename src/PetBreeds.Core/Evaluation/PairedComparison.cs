namespace PetBreeds.Evaluation;

/// <summary>Two models on the same photos.</summary>
/// <param name="BothRight">Photos that both have right.</param>
/// <param name="OnlyFirst">Photos that only the first has right.</param>
/// <param name="OnlySecond">Photos that only the second has right.</param>
/// <param name="BothWrong">Photos that neither has right.</param>
internal sealed record PairedComparison(long BothRight, long OnlyFirst, long OnlySecond, long BothWrong)
{
    /// <summary>Below this probability two models are said to differ.</summary>
    public const double Level = .05;

    /// <summary>Photos in all.</summary>
    public long Photos => BothRight + OnlyFirst + OnlySecond + BothWrong;

    /// <summary>Error of the second less error of the first; below 0 where the second is better.</summary>
    public double Difference => (double)(OnlyFirst - OnlySecond) / Photos;

    /// <summary>Whether the difference is more than chance would give in one of twenty comparisons of equal models.</summary>
    public bool Differ => PValue < Level;

    /// <summary>
    /// How probable a difference at least as large is between models that are equally good: McNemar's test (1947), exact. Only photos on
    /// which they disagree count; of n such photos each would fall to either side like a coin.
    /// </summary>
    public double PValue
    {
        get
        {
            var (few, n) = (Math.Min(OnlyFirst, OnlySecond), OnlyFirst + OnlySecond);
            if (2 * few == n)
                return 1;
            var (logTerm, sum) = (-n * Math.Log(2), 0.0);
            for (long i = 0; i <= few; i++) // P(at most few of n) of a fair coin; logarithms, for 2^-n is below every double
            {
                sum += Math.Exp(logTerm);
                logTerm += Math.Log(n - i) - Math.Log(i + 1);
            }
            return Math.Min(1, 2 * sum);
        }
    }
}
