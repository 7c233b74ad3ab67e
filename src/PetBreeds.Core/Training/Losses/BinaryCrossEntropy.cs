using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Training.Losses;

/// <summary>
/// Binary cross-entropy, a separate yes or no for each class: −t·ln σ(z) − (1 − t)·ln(1 − σ(z)). A photo may have no class at all.
/// </summary>
internal static class BinaryCrossEntropy
{
    /// <summary>
    /// The loss of each element, computed as max(z, 0) − z·t + ln(1 + e^−|z|): it cannot overflow, whatever the logits (PyTorch's
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
