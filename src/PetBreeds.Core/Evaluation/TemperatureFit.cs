using PetBreeds.Models;

namespace PetBreeds.Evaluation;

/// <summary>
/// Finds the temperature with the lowest mean loss (Guo et al., 2017, section 4.2) in one pass, without keeping outputs: slope and
/// curvature of the loss are summed at fixed points of β = 1/T. The loss is convex in β, so its slope has a single zero; between two points
/// the slope is a cubic to within about 1e-6.
/// </summary>
/// <param name="independent">Whether each class is predicted independently (see <see cref="Activation.Probabilities"/>).</param>
internal sealed class TemperatureFit(bool independent)
{
    private const int Places = 129;

    private static readonly double[] Betas = [.. Enumerable.Range(0, Places).Select(i => Math.Exp(
        Math.Log(ModelCalibration.MaxTemperature / ModelCalibration.MinTemperature) * i / (Places - 1)) / ModelCalibration.MaxTemperature)];

    private readonly double[] _slopes = new double[Places];
    private readonly double[] _curvatures = new double[Places];

    /// <summary>
    /// The temperature; 1 if nothing was added or the loss has no minimum, for example because every prediction is right, so that a lower
    /// temperature is always better.
    /// </summary>
    public double Temperature
    {
        get
        {
            var right = Array.FindIndex(_slopes, slope => slope > 0);
            if (right < 0)
                return 1;
            return 1 / (right == 0 ? Betas[0] : Zero(right - 1, right));
        }
    }

    /// <summary>Adds one photo.</summary>
    /// <param name="logits">The network's outputs, finite.</param>
    /// <param name="label">Index of the true class.</param>
    public void Add(ReadOnlySpan<float> logits, int label)
    {
        for (var i = 0; i < Places; i++)
        {
            var (slope, curvature) = independent ? Sigmoids(logits, label, Betas[i]) : Softmax(logits, label, Betas[i]);
            _slopes[i] += slope;
            _curvatures[i] += curvature;
        }
    }

    /// <summary>
    /// Derivatives of ln Σ exp(βz) − βz_label: the mean of z minus that of the label, and the variance of z, under the probabilities.
    /// </summary>
    private static (double Slope, double Curvature) Softmax(ReadOnlySpan<float> logits, int label, double beta)
    {
        double most = float.MinValue;
        foreach (var z in logits)
            most = Math.Max(most, z);
        var (sum, first, second) = (0.0, 0.0, 0.0);
        foreach (var z in logits)
        {
            var below = z - most;
            var weight = Math.Exp(beta * below);
            sum += weight;
            first += weight * below;
            second += weight * below * below;
        }
        var mean = first / sum;
        return (mean + most - logits[label], second / sum - mean * mean);
    }

    private static (double Slope, double Curvature) Sigmoids(ReadOnlySpan<float> logits, int label, double beta)
    {
        var (slope, curvature) = (0.0, 0.0);
        for (var i = 0; i < logits.Length; i++)
        {
            double z = logits[i], p = 1 / (1 + Math.Exp(-beta * z));
            slope += (p - (i == label ? 1 : 0)) * z;
            curvature += p * (1 - p) * z * z;
        }
        return (slope, curvature);
    }

    /// <summary>The zero of the cubic through slopes and curvatures at two points, by bisection, which cannot fail.</summary>
    private double Zero(int left, int right)
    {
        var (low, high, width) = (0.0, 1.0, Betas[right] - Betas[left]);
        while (high - low > 1e-12)
        {
            var t = (low + high) / 2;
            var value = _slopes[left] * (1 + 2 * t) * (1 - t) * (1 - t) + _curvatures[left] * width * t * (1 - t) * (1 - t)
                + _slopes[right] * t * t * (3 - 2 * t) - _curvatures[right] * width * t * t * (1 - t);
            (low, high) = value > 0 ? (low, t) : (t, high);
        }
        return Betas[left] + width * low;
    }
}
