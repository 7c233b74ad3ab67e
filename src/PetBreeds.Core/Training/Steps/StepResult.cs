namespace PetBreeds.Training.Steps;

/// <summary>What one optimizer step came to.</summary>
/// <param name="Step">Counted from 0 through both phases.</param>
/// <param name="Epoch">Position in epochs, fractional, through both phases.</param>
/// <param name="Loss">The run's loss of the batch: with its smoothing, weights and mixing.</param>
/// <param name="LearningRate">Of the last parameter group (the head).</param>
/// <param name="Momentum">Adam's first beta.</param>
/// <param name="Skipped">Whether the update was left out because a gradient was not finite.</param>
/// <param name="Scale">What the loss was multiplied by before the backward pass: above 1 with float16.</param>
internal sealed record StepResult(
    int Step, double Epoch, double Loss, double LearningRate, double Momentum, bool Skipped = false, double Scale = 1);
