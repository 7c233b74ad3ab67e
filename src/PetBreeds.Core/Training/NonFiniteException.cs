using PetBreeds.Training.Steps;

namespace PetBreeds.Training;

/// <summary>A loss, or the network itself, is infinite or not a number.</summary>
/// <param name="step">The step with that loss, or the last one before that was found.</param>
/// <param name="what">What is not finite.</param>
/// <param name="where">Where in the network it began, for people; null where that was not found out.</param>
internal sealed class NonFiniteException(StepResult step, string what, string? where) : Exception($"{what} is not finite")
{
    /// <summary>The loss of a batch.</summary>
    public const string Training = "the loss";

    /// <summary>The loss on the validation photos.</summary>
    public const string Validation = "the validation loss";

    /// <summary>Weights or running statistics, though the losses are numbers: what is divided by an infinite variance is 0.</summary>
    public const string Network = "the network";

    /// <summary>For the user.</summary>
    /// <param name="saved">Whether a checkpoint from before is there.</param>
    public UserException ToUser(bool saved)
    {
        var scale = step.Scale > 1 ? $", loss scale {step.Scale:g3}" : "";
        return new UserException($"{what} is not finite {(what == Training ? "at" : "after")} step {step.Step} (learning rate "
            + $"{step.LearningRate:g3}{scale})"
            + (where is null ? "" : $": {where}"), null,
            $"Lower `lr`{(saved ? ", or resume with `on-nan recover`: from the last checkpoint, at a tenth of the rate" : "")}.", this);
    }
}
