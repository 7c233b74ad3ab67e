namespace PetBreeds.Evaluation;

/// <summary>A comparison of two models on the same photos.</summary>
/// <param name="BothRight">Number of photos that both predict correctly.</param>
/// <param name="OnlyFirst">Number of photos that only the first predicts correctly.</param>
/// <param name="OnlySecond">Number of photos that only the second predicts correctly.</param>
/// <param name="BothWrong">Number of photos that neither predicts correctly.</param>
internal sealed record PairedComparison(long BothRight, long OnlyFirst, long OnlySecond, long BothWrong)
{
    /// <summary>The significance level: below this p-value, two models are said to differ.</summary>
    public const double Level = .05;

    /// <summary>Total number of photos.</summary>
    public long Photos => BothRight + OnlyFirst + OnlySecond + BothWrong;

    /// <summary>Error of the second minus error of the first; negative if the second is better.</summary>
    public double Difference => (double)(OnlyFirst - OnlySecond) / Photos;

    /// <summary>Whether the difference is larger than what chance gives in one of twenty comparisons of equal models.</summary>
    public bool Differ => PValue < Level;

    /// <summary>
    /// The probability of a difference at least as large between equally good models: McNemar's test (1947), exact. Only photos on which
    /// the models disagree count; for equally good models, each of them is like a coin toss.
    /// </summary>
    public double PValue
    {
        get
        {
            var (few, n) = (Math.Min(OnlyFirst, OnlySecond), OnlyFirst + OnlySecond);
            if (2 * few == n)
                return 1;
            var (logTerm, sum) = (-n * Math.Log(2), 0.0);
            for (long i = 0; i <= few; i++) // P(at most few of n) for a fair coin; in logarithms, because 2^-n underflows
            {
                sum += Math.Exp(logTerm);
                logTerm += Math.Log(n - i) - Math.Log(i + 1);
            }
            return Math.Min(1, 2 * sum);
        }
    }
}
