namespace PetBreeds.Training;

/// <summary>A step's loss is infinite or not a number.</summary>
/// <param name="step">Which.</param>
internal sealed class LossNotFiniteException(StepResult step) : Exception($"the loss is not finite at step {step.Step}")
{
    public StepResult Step => step;

    /// <summary>Where in the network it began, for people; null where that was not found out.</summary>
    public string? Where { get; set; }

    /// <summary>For the user.</summary>
    /// <param name="saved">Whether a checkpoint from before is there.</param>
    public UserException ToUser(bool saved)
    {
        var scale = step.Scale > 1 ? $", loss scale {step.Scale:g3}" : "";
        return new UserException($"the loss is not finite at step {step.Step} (learning rate {step.LearningRate:g3}{scale})"
            + (Where is null ? "" : $": {Where}"), null,
            $"Lower --lr{(saved ? ", or go on from the last checkpoint at a tenth of the rate: --resume --on-nan recover" : "")}.", this);
    }
}
