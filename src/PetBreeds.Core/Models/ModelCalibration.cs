namespace PetBreeds.Models;

/// <summary>The calibration of a model's probabilities, determined on validation photos.</summary>
/// <param name="Temperature">
/// The temperature by which logits are divided before they become probabilities (Guo et al., 2017), from <see cref="MinTemperature"/> to
/// <see cref="MaxTemperature"/>; above 1 if the model is overconfident.
/// </param>
/// <param name="Thresholds">
/// 101 probabilities in descending order: entry i is the highest one that the most probable class reaches on at least i percent of the
/// validation photos; photos outside of <see cref="FeatureSpace"/> count as 0.
/// </param>
public sealed record ModelCalibration(double Temperature, IReadOnlyList<double> Thresholds)
{
    /// <summary>The smallest <see cref="Temperature"/>.</summary>
    public const double MinTemperature = .05;

    /// <summary>The largest <see cref="Temperature"/>.</summary>
    public const double MaxTemperature = 20;

    /// <summary>Number of entries of <see cref="Thresholds"/>.</summary>
    public const int Levels = 101;

    /// <summary>Where photos of the classes lie; null if it is not known, as in models of earlier versions.</summary>
    public FeatureSpace? FeatureSpace { get; init; }

    /// <summary>Returns the threshold that keeps at least the given share of photos similar to the validation photos.</summary>
    /// <param name="coverage">The share to keep, 0 to 1; rounded up to a whole percent.</param>
    public double Threshold(double coverage)
    {
        if (coverage is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(coverage), coverage, "0 to 1");
        return Thresholds[(int)Math.Ceiling(coverage * (Levels - 1) - 1e-9)];
    }

    internal bool IsSound(int features) => Temperature is >= MinTemperature and <= MaxTemperature && Thresholds is { Count: Levels }
        && Thresholds.All(t => t is >= 0 and <= 1) && Thresholds.Zip(Thresholds.Skip(1)).All(pair => pair.First >= pair.Second)
        && FeatureSpace?.IsSound(features) != false;
}
