using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Training.Losses;

/// <summary>
/// Cross-entropy, in the two parts the fastai chapter explains: log-softmax turns logits into log-probabilities, and the negative
/// log-likelihood picks that of the right class. A single function of the logits is stable where a softmax followed by a logarithm would
/// overflow.
/// </summary>
internal static class CrossEntropy
{
    /// <summary>The mean loss over the batch.</summary>
    /// <param name="logits">float [N, classes].</param>
    /// <param name="labels">int64 [N].</param>
    /// <param name="smoothing">
    /// Label smoothing, at least 0 and below 1: this share of the target is spread evenly over all classes (Szegedy et al., 2016, section
    /// 7).
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
