namespace PetBreeds.Training;

/// <summary>What one epoch came to.</summary>
/// <param name="Epoch">The epoch's number.</param>
/// <param name="Frozen">True while only the head was trained.</param>
/// <param name="TrainLoss">Smoothed training loss at the epoch's end.</param>
/// <param name="ValidLoss">Mean loss over the validation set.</param>
/// <param name="Error">Error rate on the validation set, 0 to 1.</param>
/// <param name="Seconds">Wall time, seconds.</param>
/// <param name="ImagesPerSecond">Training images per second.</param>
public sealed record EpochResult(
    int Epoch, bool Frozen, double TrainLoss, double ValidLoss, double Error, double Seconds, double ImagesPerSecond);
