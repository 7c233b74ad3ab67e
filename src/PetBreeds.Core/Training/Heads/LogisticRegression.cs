using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;
using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Training.Heads;

/// <summary>A linear classifier: logits = features · Weightᵀ + Bias.</summary>
/// <param name="Weight">[classes × features], row by row.</param>
/// <param name="Bias">[classes].</param>
/// <param name="Loss">Weighted mean loss over the photos, without the penalty.</param>
/// <param name="Iterations">Number of evaluations of the objective, to which the time is proportional.</param>
/// <param name="Converged">Whether the gradient's largest element is within the tolerance.</param>
internal sealed record LinearFit(float[] Weight, float[] Bias, double Loss, int Iterations, bool Converged);

/// <summary>
/// Logistic regression with an L2 penalty, solved to convergence: multinomial (softmax), or one regression per class (bce). Minimised with
/// the L-BFGS (Liu and Nocedal, 1989, "On the limited memory BFGS method for large scale optimization") of MathNet.Numerics. Equivalent to
/// scikit-learn's <c>LogisticRegression(C=1/(Σw·λ))</c>, except for a negligible penalty on the biases
/// (<see cref="LogisticObjective.BiasStrength"/>), which gives every input, even a single photo or a class without any, a unique finite
/// solution.
/// </summary>
internal static class LogisticRegression
{
    private const int Memory = 10;

    /// <summary>
    /// Minimises Σ wᵢ·lossᵢ / Σ wᵢ + λ/2·‖W‖², where lossᵢ is the photo's cross-entropy, or its binary cross-entropies summed over classes.
    /// The same inputs on the same device with the same number of threads give bit-identical results.
    /// </summary>
    /// <param name="features">[N, F], standardised by the caller. Computed in their type, float32 or float64.</param>
    /// <param name="targets">float32 [N, K]: one-hot or soft rows for softmax, 0 or 1 in each element for bce.</param>
    /// <param name="sampleWeights">w, float32 [N], 0 or more, not all 0; null for 1 each.</param>
    /// <param name="independent">Whether to use binary cross-entropies (bce) instead of softmax cross-entropy.</param>
    /// <param name="strength">λ, 0 or more.</param>
    /// <param name="start">Where the search starts, for instance the solution for a neighbouring λ; null to start from zeros.</param>
    /// <param name="tolerance">Tolerance for the gradient's largest element, relative to the objective if that is above 1.</param>
    /// <param name="maxIterations">Maximum number of L-BFGS iterations, of one or more evaluations each.</param>
    /// <param name="evaluated">Called after each evaluation of the objective.</param>
    /// <param name="cancel">Checked before each evaluation.</param>
    /// <exception cref="ArgumentException">
    /// The shapes do not match, there are no photos, a number is not finite, or weights are negative or all 0; the exception names the
    /// parameter.
    /// </exception>
    public static LinearFit Solve(FeatureMatrix features, Tensor targets, Tensor? sampleWeights, bool independent, double strength,
        LinearFit? start = null, double tolerance = 1e-6, int maxIterations = 1000, Action? evaluated = null,
        CancellationToken cancel = default)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        Check(features, targets, strength);
        using var objective = new LogisticObjective(features, targets, Shares(sampleWeights, features.Rows), independent, strength);
        var search = new LogisticSearch(objective, tolerance, evaluated, cancel);
        search.Run(new LimitedMemoryBfgsMinimizer(tolerance, 1e-10, 0, Memory, maxIterations), Begin(start, objective));
        return search.Best();
    }

    private static Vector<double> Begin(LinearFit? start, LogisticObjective objective)
    {
        int weights = objective.Classes * objective.Features;
        if (start is null)
            return Vector<double>.Build.Dense(weights + objective.Classes);
        if (start.Weight.Length != weights || start.Bias.Length != objective.Classes)
            throw new ArgumentException("The start has different classes or features.", nameof(start));
        if (!start.Weight.Concat(start.Bias).All(float.IsFinite))
            throw new ArgumentException("The start must be finite.", nameof(start));
        return Vector<double>.Build.DenseOfEnumerable(start.Weight.Concat(start.Bias).Select(value => (double)value));
    }

    private static double[] Shares(Tensor? sampleWeights, long photos)
    {
        if (sampleWeights is null)
            return [.. Enumerable.Repeat(1.0 / photos, checked((int)photos))];
        if (sampleWeights.dim() != 1 || sampleWeights.shape[0] != photos)
            throw new ArgumentException("Exactly one weight per photo is required.", nameof(sampleWeights));
        double[] values = HostRead.Values(sampleWeights);
        double sum = values.Sum();
        if (!double.IsFinite(sum) || sum <= 0 || values.Any(value => value < 0))
            throw new ArgumentException("Weights must be finite, 0 or more, and not all 0.", nameof(sampleWeights));
        return [.. values.Select(value => value / sum)];
    }

    private static void Check(FeatureMatrix features, Tensor targets, double strength)
    {
        if (features.Rows == 0 || features.Width == 0)
            throw new ArgumentException("Features must be [photos, features], at least one of each.", nameof(features));
        if (targets.dim() != 2 || targets.shape[0] != features.Rows || targets.shape[1] == 0)
            throw new ArgumentException("Targets must be [photos, classes], a row per photo.", nameof(targets));
        if (!double.IsFinite(strength) || strength < 0)
            throw new ArgumentOutOfRangeException(nameof(strength), strength, "The strength must be finite and 0 or more.");
        if (!features.IsFinite())
            throw new ArgumentException("Features must be finite.", nameof(features));
        if (!new TensorFeatures(targets).IsFinite())
            throw new ArgumentException("Targets must be finite.", nameof(targets));
    }
}
