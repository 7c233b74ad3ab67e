using PetBreeds.Runtime;

namespace PetBreeds.Training.Regularization;

/// <summary>Draws from Beta(α, α), the distribution of the share of a photo that mixup and CutMix keep.</summary>
internal static class BetaDraw
{
    /// <summary>X / (X + Y) for two draws from Gamma(α); 0 to 1.</summary>
    public static double Symmetric(ref SeededRandom random, double alpha)
    {
        var (x, y) = (Gamma(ref random, alpha), Gamma(ref random, alpha));
        return x + y > 0 ? x / (x + y) : random.NextBool(.5) ? 1 : 0; // tiny α: both underflow
    }

    /// <summary>Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables" (2000), with their U^(1/α) for α below 1.</summary>
    private static double Gamma(ref SeededRandom random, double alpha)
    {
        if (alpha < 1)
            return Gamma(ref random, alpha + 1) * Math.Pow(1 - random.NextDouble(), 1 / alpha);
        var d = alpha - 1.0 / 3;
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = Normal(ref random);
            var v = Math.Pow(1 + c * x, 3);
            if (v > 0 && Math.Log(1 - random.NextDouble()) < x * x / 2 + d - d * v + d * Math.Log(v))
                return d * v;
        }
    }

    /// <summary>A standard normal draw (Box and Muller, 1958).</summary>
    private static double Normal(ref SeededRandom random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
