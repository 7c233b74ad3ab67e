using System.Text.Json.Serialization;

namespace PetBreeds.Training.Steps;

/// <summary>The result of one epoch: a row of history.csv.</summary>
/// <param name="Epoch">Number of the epoch, counted from 1 over both phases; 0 is the solved head, before the first epoch.</param>
/// <param name="Frozen">Whether the body was frozen in this epoch.</param>
/// <param name="TrainLoss">
/// Mean loss over the epoch's batches, with augmentation and dropout, exponentially smoothed as in fastai. For the solved head, the
/// out-of-fold loss on the training photos.
/// </param>
/// <param name="ValidLoss">Mean loss over the validation photos, without label smoothing, class weights or mixing.</param>
/// <param name="Error">
/// Share of validation photos whose top class is wrong, 0 to 1; with several labels, the share of wrong answers about single classes.
/// </param>
/// <param name="Seconds">Duration of training and validation, in seconds.</param>
/// <param name="ImagesPerSecond">Training images per second, end to end, excluding validation.</param>
/// <param name="Skipped">Number of steps that were skipped because a gradient was not finite.</param>
/// <param name="Scale">Factor by which the loss was scaled in the last step; above 1 only with float16.</param>
/// <param name="F1">Mean F1 over the classes if photos may have several labels; otherwise null.</param>
public sealed record EpochResult(
    int Epoch, bool Frozen, double TrainLoss, double ValidLoss, double Error, double Seconds, double ImagesPerSecond,
    int Skipped = 0, double Scale = 1, double? F1 = null)
{
    /// <summary>Whether this is the result of the solved head.</summary>
    [JsonIgnore]
    public bool IsSolved => Epoch == 0;

    /// <summary>The name of the phase: "solved", "frozen" or "unfrozen".</summary>
    [JsonIgnore]
    public string Phase => IsSolved ? SolvedPhase : Frozen ? FrozenPhase : "unfrozen";

    /// <summary>A value of <see cref="Phase"/>.</summary>
    public const string SolvedPhase = "solved", FrozenPhase = "frozen";
}
