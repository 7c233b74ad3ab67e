namespace PetBreeds.Training.Planning;

/// <summary>A learning rate read off the finder's curve.</summary>
/// <param name="Name">One of valley, slide, minimum/10 and steep.</param>
/// <param name="LearningRate">The suggested base rate.</param>
/// <param name="Loss">The curve's smoothed loss at the point the suggestion was read from.</param>
/// <param name="Advice">One sentence on how to use it.</param>
internal sealed record LearningRateSuggestion(string Name, double LearningRate, double Loss, string Advice);

/// <summary>
/// fastai's four rules of thumb for the learning-rate finder's curve. They take exponentially increasing rates and smoothed losses.
/// </summary>
/// <remarks>In single precision, as in fastai, so that ties are broken the same way.</remarks>
internal static class LearningRateSuggestions
{
    /// <summary>All four, <c>valley</c> first; empty if the curve has fewer than 20 usable points.</summary>
    /// <param name="rates">All rates tried, in order.</param>
    /// <param name="losses">The smoothed loss at each rate.</param>
    /// <param name="iterations">
    /// Number of steps the finder was to take; its first tenth and last five points are left out of the curve.
    /// </param>
    public static IReadOnlyList<LearningRateSuggestion> All(IReadOnlyList<double> rates, IReadOnlyList<double> losses, int iterations)
    {
        var skip = iterations / 10;
        var take = Math.Max(0, rates.Count - skip - 5);
        float[] x = [.. rates.Skip(skip).Take(take).Select(rate => (float)rate)];
        float[] y = [.. losses.Skip(skip).Take(take).Select(loss => (float)loss).TakeWhile(float.IsFinite)];
        if (y.Length < 20)
            return [];
        Array.Resize(ref x, y.Length);
        return
        [
            At("valley", Valley(x, y), "the middle of the longest descent: the safe default, use it as `lr`"),
            At("slide", Slide(x, y), "the last rate before the loss turns up: the boldest, try it with many epochs and a lot of data"),
            At("minimum/10", Minimum(x, y) / 10, "a tenth of the rate of the lowest loss: the classic rule, a little below the edge"),
            At("steep", Steep(x, y), "where the loss falls fastest: fine on a clean curve, jumpy on a noisy one"),
        ];

        LearningRateSuggestion At(string name, float rate, string advice) => new(name, rate, y[NearestIndex(x, rate)], advice);
    }

    /// <summary>The rate halfway into the longest strictly decreasing subsequence (a third plus half a third, ESRI's method).</summary>
    internal static float Valley(float[] rates, float[] losses)
    {
        var length = Enumerable.Repeat(1, losses.Length).ToArray();
        var (start, end) = (0, 0);
        for (var i = 1; i < losses.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (losses[i] < losses[j] && length[i] < length[j] + 1)
                    length[i] = length[j] + 1;
            }
            if (length[end] < length[i])
                (start, end) = (i - length[i], i);
        }
        var section = (end - start) / 3.0;
        // fastai's start is one point before the subsequence: -1 if that begins at the first point.
        return rates[Math.Max(0, start + (int)section + (int)(section / 2))];
    }

    /// <summary>
    /// Slides an interval of 15 points from right to left while the slopes at its ends differ by more than .005 (the interval rule).
    /// </summary>
    internal static float Slide(float[] rates, float[] losses)
    {
        const int interval = 15;
        const double threshold = .005;
        var slope = Gradient(losses);
        var right = losses.Length - 1;
        var left = right - interval;
        var rate = rates[left];
        while (left >= 0 && Math.Abs(slope[right] - slope[left]) > threshold)
        {
            rate = rates[left];
            (left, right) = (left - 1, right - 1);
        }
        return rate;
    }

    /// <summary>The rate with the lowest loss.</summary>
    internal static float Minimum(float[] rates, float[] losses) => rates[Array.IndexOf(losses, losses.Min())];

    /// <summary>The rate at which the loss falls most steeply over the logarithm of the rate.</summary>
    internal static float Steep(float[] rates, float[] losses)
    {
        var best = 0;
        var bestFall = float.PositiveInfinity;
        for (var i = 0; i + 1 < losses.Length; i++)
        {
            var fall = (losses[i + 1] - losses[i]) / (MathF.Log(rates[i + 1]) - MathF.Log(rates[i]));
            if (fall < bestFall)
                (best, bestFall) = (i, fall);
        }
        return rates[best];
    }

    /// <summary>Central differences, one-sided at the ends (numpy.gradient).</summary>
    private static float[] Gradient(float[] y)
    {
        var slope = new float[y.Length];
        for (var i = 0; i < y.Length; i++)
        {
            var (low, high) = (Math.Max(0, i - 1), Math.Min(y.Length - 1, i + 1));
            slope[i] = (y[high] - y[low]) / (high - low);
        }
        return slope;
    }

    private static int NearestIndex(float[] rates, float rate)
    {
        var nearest = 0;
        for (var i = 1; i < rates.Length; i++)
            nearest = Math.Abs(Math.Log(rates[i] / rate)) < Math.Abs(Math.Log(rates[nearest] / rate)) ? i : nearest;
        return nearest;
    }
}
