namespace PetBreeds.Training;

/// <summary>
/// How far a training is, and what it came to so far; all else of its position follows from the numbers of steps and epochs.
/// </summary>
public sealed class TrainState
{
    /// <summary>Every step done, in order.</summary>
    public List<StepResult> Steps { get; init; } = [];

    /// <summary>The solved head, before any step; null where none was solved, or not yet.</summary>
    public EpochResult? Start { get; internal set; }

    /// <summary>Every epoch done, validation included.</summary>
    public List<EpochResult> Epochs { get; init; } = [];

    /// <summary>The solved head, then the epochs.</summary>
    public IReadOnlyList<EpochResult> History => Start is null ? Epochs : [Start, .. Epochs];

    /// <summary>
    /// Whether fine-tuning ended below the solved head: with a higher error on the validation photos, or the same and a higher loss.
    /// </summary>
    public bool EndsWorse => Start is { } start && Epochs is [.., var last]
        && (last.Error, last.ValidLoss).CompareTo((start.Error, start.ValidLoss)) > 0;

    /// <summary>The loss as epochs show it; begins anew with each phase.</summary>
    public SmoothedLoss Smoothed { get; init; } = new();

    /// <summary>Seconds spent on the epoch under way, before an interruption.</summary>
    public double EpochSeconds { get; internal set; }

    /// <summary>Photos trained on in the epoch under way.</summary>
    public int EpochImages { get; internal set; }

    /// <summary>What learning rates are multiplied by: below 1 after the loss has not been finite and the run has recovered.</summary>
    public double RateFactor { get; internal set; } = 1;
}
