namespace PetBreeds.Models;

/// <summary>What validation photos taught about a model's probabilities.</summary>
/// <param name="Temperature">
/// What outputs are divided by before they become probabilities (Guo et al., 2017); above 1 where the model is too sure.
/// </param>
/// <param name="Thresholds">
/// 101 probabilities, falling: entry i is the highest one that the most probable class reaches on at least i percent of the validation
/// photos.
/// </param>
public sealed record ModelCalibration(double Temperature, IReadOnlyList<double> Thresholds)
{
    /// <summary>The smallest <see cref="Temperature"/>.</summary>
    public const double MinTemperature = .05;

    /// <summary>The largest <see cref="Temperature"/>.</summary>
    public const double MaxTemperature = 20;

    /// <summary>Entries of <see cref="Thresholds"/>.</summary>
    public const int Levels = 101;

    /// <summary>The threshold that keeps at least this share of photos like the validation photos.</summary>
    /// <param name="coverage">0 to 1; rounded up to a whole percent.</param>
    public double Threshold(double coverage)
    {
        if (coverage is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(coverage), coverage, "0 to 1");
        return Thresholds[(int)Math.Ceiling(coverage * (Levels - 1) - 1e-9)];
    }

    internal bool IsSound() => Temperature is >= MinTemperature and <= MaxTemperature && Thresholds is { Count: Levels }
        && Thresholds.All(t => t is >= 0 and <= 1) && Thresholds.Zip(Thresholds.Skip(1)).All(pair => pair.First >= pair.Second);
}
