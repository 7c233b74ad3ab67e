namespace PetBreeds.Training.Steps;

/// <summary>The result of one optimizer step.</summary>
/// <param name="Step">Number of the step, counted from 0 over both phases.</param>
/// <param name="Epoch">Position in epochs, fractional, over both phases.</param>
/// <param name="Loss">The training loss of the batch, with label smoothing, class weights and mixing.</param>
/// <param name="LearningRate">Learning rate of the last parameter group (the head).</param>
/// <param name="Momentum">Adam's first beta.</param>
/// <param name="Skipped">Whether the update was skipped because a gradient was not finite.</param>
/// <param name="Scale">Factor by which the loss was scaled before the backward pass; above 1 only with float16.</param>
internal sealed record StepResult(
    int Step, double Epoch, double Loss, double LearningRate, double Momentum, bool Skipped = false, double Scale = 1);
