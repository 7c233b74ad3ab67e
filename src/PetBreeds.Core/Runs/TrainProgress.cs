using PetBreeds.Training.Steps;

namespace PetBreeds.Runs;

/// <summary>The progress of a training.</summary>
/// <param name="Stage">The current activity in a few words, such as "epoch 2/5, loss 0.143".</param>
/// <param name="Fraction">
/// The completed share of the work, 0 to 1; it decreases only when a run recovers from an earlier checkpoint.
/// </param>
/// <param name="Left">The estimated remaining time at the pace so far; null until there is an estimate.</param>
public sealed record TrainProgress(string Stage, double Fraction, TimeSpan? Left)
{
    /// <summary>The result of the epoch that has just ended; null in all other reports. Epoch 0 is the solved head.</summary>
    public EpochResult? Epoch { get; init; }

    /// <summary>A warning, for example about photos that cannot be decoded; null in most reports.</summary>
    public string? Warning { get; init; }
}
