using System.Globalization;

namespace PetBreeds.Training.Schedules;

/// <summary>
/// A learning rate as it is set: one rate, a slice from the early layers to the head (fastai's <c>slice</c>), or to be found by the
/// learning-rate finder.
/// </summary>
public sealed record LearningRate
{
    /// <summary>The largest rate.</summary>
    public const double Highest = 10;

    /// <param name="rate">The head's maximum, above 0 and up to <see cref="Highest"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is out of range.</exception>
    public LearningRate(double rate)
    {
        if (!IsRate(rate))
            throw new ArgumentOutOfRangeException(nameof(rate), rate, $"not above 0 and up to {Highest}");
        High = rate;
    }

    private LearningRate(double? low, double? high) => (Low, High) = (low, high);

    /// <summary>The valley of the learning-rate finder.</summary>
    public static LearningRate Auto { get; } = new(null, null);

    /// <summary>A slice.</summary>
    /// <param name="low">The rate of the first layers, above 0.</param>
    /// <param name="high">The rate of the head, from <paramref name="low"/> to <see cref="Highest"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rate is out of range.</exception>
    public static LearningRate Slice(double low, double high) => IsRate(low) && IsRate(high) && low <= high
        ? new LearningRate(low, high)
        : throw new ArgumentOutOfRangeException(nameof(low), low, $"the slice must be above 0, up to {Highest}, and rising");

    /// <summary>The rate of the first layers; null for a single rate, and for <see cref="Auto"/>.</summary>
    public double? Low { get; }

    /// <summary>The rate of the head; null for <see cref="Auto"/>.</summary>
    public double? High { get; }

    /// <summary>A single rate.</summary>
    public static implicit operator LearningRate(double rate) => new(rate);

    /// <summary>Reads "2e-3", "1e-6:1e-4" or "auto".</summary>
    /// <exception cref="FormatException">The text is none of these, or a rate is out of range.</exception>
    public static LearningRate Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text == "auto")
            return Auto;
        double[] rates = [.. text.Split(':').Select(part =>
            double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) ? rate : double.NaN)];
        return rates switch
        {
            [var rate] when IsRate(rate) => new LearningRate(rate),
            [var low, var high] when IsRate(low) && IsRate(high) && low <= high => new LearningRate(low, high),
            _ => throw new FormatException($"'{text}' is not a rate above 0 and up to {Highest}, a slice LOW:HIGH, or auto"),
        };
    }

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => High is not { } high ? "auto" : Low is { } low ? $"{Text(low)}:{Text(high)}" : Text(high);

    private static bool IsRate(double rate) => rate is > 0 and <= Highest;

    /// <summary>As people write rates: 2e-3, not 0.002.</summary>
    private static string Text(double rate)
    {
        var scientific = rate.ToString("0.##############e0", CultureInfo.InvariantCulture);
        return rate < .1 && double.Parse(scientific, CultureInfo.InvariantCulture) == rate ? scientific
            : rate.ToString("R", CultureInfo.InvariantCulture);
    }
}
