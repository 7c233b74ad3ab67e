namespace PetBreeds.Training;

/// <summary>What one optimizer step came to.</summary>
/// <param name="Step">Steps done before this one.</param>
/// <param name="Epoch">Epochs done, fractions included.</param>
/// <param name="Loss">Training loss of the batch.</param>
/// <param name="LearningRate">Learning rate of the last group (the head).</param>
/// <param name="Momentum">Momentum (Adam's beta1).</param>
public sealed record StepResult(int Step, double Epoch, double Loss, double LearningRate, double Momentum);
