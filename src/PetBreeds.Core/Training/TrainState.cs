namespace PetBreeds.Training;

/// <summary>
/// How far a training is, and what it came to so far; all else of its position follows from the numbers of steps and epochs.
/// </summary>
public sealed class TrainState
{
    /// <summary>Every step done, in order.</summary>
    public List<StepResult> Steps { get; init; } = [];

    /// <summary>Every epoch done, validation included.</summary>
    public List<EpochResult> Epochs { get; init; } = [];

    /// <summary>The loss as epochs show it; begins anew with each phase.</summary>
    public SmoothedLoss Smoothed { get; init; } = new();

    /// <summary>Seconds spent on the epoch under way, before an interruption.</summary>
    public double EpochSeconds { get; internal set; }

    /// <summary>Photos trained on in the epoch under way.</summary>
    public int EpochImages { get; internal set; }

    /// <summary>What learning rates are multiplied by: below 1 after the loss has not been finite and the run has recovered.</summary>
    public double RateFactor { get; internal set; } = 1;
}
