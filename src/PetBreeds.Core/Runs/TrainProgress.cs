using PetBreeds.Training.Steps;

namespace PetBreeds.Runs;

/// <summary>How far a training is.</summary>
/// <param name="Stage">What is being done, in a few words, such as "epoch 2/5, loss 0.143".</param>
/// <param name="Fraction">
/// The share of the work that is done, 0 to 1; it falls only where a run recovers from an earlier checkpoint.
/// </param>
/// <param name="Left">The time left at the pace so far; null while there is none.</param>
public sealed record TrainProgress(string Stage, double Fraction, TimeSpan? Left)
{
    /// <summary>The epoch that has just ended; null in between. Epoch 0 is the solved head.</summary>
    public EpochResult? Epoch { get; init; }

    /// <summary>Something that deserves attention, such as photos that cannot be decoded; null in most reports.</summary>
    public string? Warning { get; init; }
}
