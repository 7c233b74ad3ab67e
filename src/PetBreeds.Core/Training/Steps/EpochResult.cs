using System.Text.Json.Serialization;

namespace PetBreeds.Training.Steps;

/// <summary>What one epoch came to: a row of history.csv.</summary>
/// <param name="Epoch">Counted from 1 through both phases; 0 is the solved head, before any is trained.</param>
/// <param name="Frozen">Whether the body was frozen.</param>
/// <param name="TrainLoss">
/// Mean loss over the epoch's batches, augmented and with dropout; exponentially smoothed as fastai shows it. Of a solved head: on photos
/// held out of the training photos in turn.
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
    int Skipped = 0, double Scale = 1, double? F1 = null)
{
    /// <summary>Whether this is the solved head.</summary>
    [JsonIgnore]
    public bool IsSolved => Epoch == 0;

    /// <summary>"solved", "frozen" or "unfrozen".</summary>
    [JsonIgnore]
    public string Phase => IsSolved ? SolvedPhase : Frozen ? FrozenPhase : "unfrozen";

    /// <summary>See <see cref="Phase"/>.</summary>
    public const string SolvedPhase = "solved", FrozenPhase = "frozen";
}
