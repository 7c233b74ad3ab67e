namespace PetBreeds.Training;

/// <summary>A loss is infinite or not a number.</summary>
/// <param name="step">The step with that loss, or the last one before a validation with that loss.</param>
/// <param name="validation">Whether it is the loss on the validation photos.</param>
internal sealed class LossNotFiniteException(StepResult step, bool validation = false) : Exception("a loss is not finite")
{
    /// <summary>Where in the network it began, for people; null where that was not found out.</summary>
    public string? Where { get; set; }

    /// <summary>For the user.</summary>
    /// <param name="saved">Whether a checkpoint from before is there.</param>
    public UserException ToUser(bool saved)
    {
        var scale = step.Scale > 1 ? $", loss scale {step.Scale:g3}" : "";
        return new UserException($"the {(validation ? "validation " : "")}loss is not finite {(validation ? "after" : "at")} step {step.Step} (learning rate {step.LearningRate:g3}{scale})"
            + (Where is null ? "" : $": {Where}"), null,
            $"Lower --lr{(saved ? ", or go on from the last checkpoint at a tenth of the rate: --resume --on-nan recover" : "")}.", this);
    }
}
