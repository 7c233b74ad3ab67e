using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Training.Losses;

/// <summary>
/// Cross-entropy, as the chapter takes it apart: log-softmax turns logits into log-probabilities, and the negative log-likelihood picks the
/// right class's. One function on logits is stable where a softmax followed by a logarithm would overflow.
/// </summary>
internal static class CrossEntropy
{
    /// <summary>Mean over the batch.</summary>
    /// <param name="logits">float [N, classes].</param>
    /// <param name="labels">int64 [N].</param>
    /// <param name="smoothing">
    /// Label smoothing, 0 to below 1: that share of the target is spread evenly over all classes (Szegedy et al., 2016, section 7).
    /// </param>
    /// <returns>float32 scalar.</returns>
    public static Tensor Mean(Tensor logits, Tensor labels, double smoothing = 0)
    {
        using var scope = NewDisposeScope();
        var logProbabilities = logits.to(ScalarType.Float32).log_softmax(1);
        var loss = logProbabilities.gather(1, labels.unsqueeze(1)).mean().neg();
        if (smoothing > 0)
            loss = loss.Mul(1 - smoothing).Add(logProbabilities.mean(), -smoothing);
        return loss.MoveToOuterDisposeScope();
    }
}
