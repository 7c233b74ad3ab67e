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
}
