using PetBreeds.Training.Steps;

namespace PetBreeds.Training;

/// <summary>A loss, or the network itself, is infinite or NaN.</summary>
/// <param name="step">The step with that loss, or the last step before the problem was found.</param>
/// <param name="what">What is not finite.</param>
/// <param name="where">Where in the network it first occurs, as a description; null if that could not be found.</param>
internal sealed class NonFiniteException(StepResult step, string what, string? where) : Exception($"{what} is not finite")
{
    /// <summary>The loss of a batch.</summary>
    public const string Training = "the loss";

    /// <summary>The loss on the validation photos.</summary>
    public const string Validation = "the validation loss";

    /// <summary>Weights or running statistics, although the losses are finite: a value divided by an infinite variance is 0.</summary>
    public const string Network = "the network";

    /// <summary>Converts it to an error for the user.</summary>
    /// <param name="saved">Whether there is an earlier checkpoint.</param>
    public UserException ToUser(bool saved)
    {
        var scale = step.Scale > 1 ? $", loss scale {step.Scale:g3}" : "";
        return new UserException($"{what} is not finite {(what == Training ? "at" : "after")} step {step.Step} (learning rate "
            + $"{step.LearningRate:g3}{scale})"
            + (where is null ? "" : $": {where}"), null,
            $"Lower `lr`{(saved ? ", or resume with `on-nan recover`: from the last checkpoint, at a tenth of the rate" : "")}.", this);
    }
}
