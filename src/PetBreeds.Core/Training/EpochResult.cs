namespace PetBreeds.Training;

/// <summary>What one epoch came to: a row of history.csv.</summary>
/// <param name="Epoch">Counted from 1 through both phases.</param>
/// <param name="Frozen">Whether the body was frozen.</param>
/// <param name="TrainLoss">
/// Mean loss over the epoch's batches, augmented and with dropout; exponentially smoothed as fastai shows it.
/// </param>
/// <param name="ValidLoss">Mean loss over the validation photos, without smoothing, weights and mixing.</param>
/// <param name="Error">As <see cref="Validation.Error"/>.</param>
/// <param name="Seconds">Training and validation together.</param>
/// <param name="ImagesPerSecond">Training images a second, end to end, validation not counted.</param>
/// <param name="Skipped">Steps without an update, because a gradient was not finite.</param>
/// <param name="Scale">What the loss was multiplied by in the last step: above 1 with float16.</param>
/// <param name="F1">As <see cref="Validation.F1"/>.</param>
public sealed record EpochResult(
    int Epoch, bool Frozen, double TrainLoss, double ValidLoss, double Error, double Seconds, double ImagesPerSecond,
    int Skipped = 0, double Scale = 1, double? F1 = null);
