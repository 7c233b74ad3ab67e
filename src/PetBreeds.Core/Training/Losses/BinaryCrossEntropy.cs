using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Training.Losses;

/// <summary>
/// Cross-entropy of a yes or no for each class on its own: −t·ln σ(z) − (1 − t)·ln(1 − σ(z)). No class has to be there.
/// </summary>
internal static class BinaryCrossEntropy
{
    /// <summary>
    /// The loss of each answer, as max(z, 0) − z·t + ln(1 + e^−|z|): nothing overflows, whatever the logits (PyTorch's
    /// <c>binary_cross_entropy_with_logits</c>, fastai's <c>BCEWithLogitsLossFlat</c>).
    /// </summary>
    /// <param name="logits">float32 [N, classes].</param>
    /// <param name="targets">float32 [N, classes], 0 to 1.</param>
    /// <returns>float32 [N, classes].</returns>
    public static Tensor Each(Tensor logits, Tensor targets)
    {
        using var scope = NewDisposeScope();
        return logits.relu().sub(logits.mul(targets)).Add(logits.abs().neg().exp().log1p()).MoveToOuterDisposeScope();
    }
}
