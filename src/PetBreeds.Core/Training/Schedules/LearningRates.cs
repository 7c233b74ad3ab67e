using System.Globalization;

namespace PetBreeds.Training.Schedules;

/// <summary>
/// Learning rates of the parameter groups, from a single number or a slice. Early layers hold general features and learn more slowly
/// (ULMFiT, Howard and Ruder, 2018, section 3.2).
/// </summary>
internal static class LearningRates
{
    /// <summary>
    /// fastai's <c>slice(low, high)</c>: from <paramref name="low"/> for the first group to <paramref name="high"/> for the last,
    /// geometrically.
    /// </summary>
    public static double[] Spread(double low, double high, int groups) => groups == 1
        ? [high]
        : [.. Enumerable.Range(0, groups).Select(i => low * Math.Pow(high / low, (double)i / (groups - 1)))];

    /// <summary>fastai's <c>slice(high)</c>: <paramref name="high"/> for the last group, a tenth of it for the others.</summary>
    public static double[] LastAndTenth(double high, int groups) =>
        [.. Enumerable.Range(0, groups).Select(i => i == groups - 1 ? high : high / 10)];

    /// <summary>The same rate for all groups.</summary>
    public static double[] Same(double rate, int groups) => [.. Enumerable.Repeat(rate, groups)];

    /// <summary>Parses "2e-3" or "1e-6:1e-4".</summary>
    /// <returns>The rate or slice, with Low null for a single number; null if the text is neither.</returns>
    public static (double? Low, double High)? Parse(string text)
    {
        var parts = text.Split(':');
        double[] rates = [.. parts.Select(part =>
            double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate)
                && rate is > 0 and <= 10 ? rate : double.NaN)];
        if (rates.Length > 2 || rates.Any(double.IsNaN) || (rates.Length == 2 && rates[0] > rates[1]))
            return null;
        return rates.Length == 1 ? (null, rates[0]) : (rates[0], rates[1]);
    }
}
