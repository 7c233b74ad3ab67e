using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Training.Losses;

/// <summary>
/// The loss of a run: cross-entropy over mutually exclusive classes (<c>ce</c>), or the mean of the binary cross-entropies of independent
/// classes (<c>bce</c>).
/// </summary>
internal sealed class Criterion : IDisposable
{
    private readonly bool _independent;
    private readonly double _smoothing;
    private readonly Tensor? _weights; // float32 [classes]

    /// <param name="loss">The kind of loss.</param>
    /// <param name="smoothing">
    /// Label smoothing, at least 0 and below 1: this share of the target is spread evenly over all classes (Szegedy et al., 2016, section
    /// 7; for bce as timm's <c>BinaryCrossEntropy</c>).
    /// </param>
    /// <param name="weights">Weight of the photos of each class; null for 1. The mean is weighted by them, as in PyTorch.</param>
    /// <param name="device">The device of the logits.</param>
    public Criterion(LossKind loss, double smoothing, IReadOnlyList<float>? weights = null, Device? device = null)
    {
        (_independent, _smoothing) = (loss == LossKind.BinaryCrossEntropy, smoothing);
        _weights = weights is null ? null : tensor([.. weights], device: device ?? CPU).DetachFromDisposeScope();
    }

    /// <summary>The contribution of some photos to the mean loss of their batch.</summary>
    /// <param name="logits">float [n, classes] for n photos of the batch.</param>
    /// <param name="targets">
    /// Targets of the whole batch: class indices, int64 [N], or a value from 0 to 1 for each class, float32 [N, classes].
    /// </param>
    /// <param name="start">Index of the first of the n photos.</param>
    /// <returns>float32 [].</returns>
    public Tensor Share(Tensor logits, Tensor targets, int start = 0)
    {
        using var scope = NewDisposeScope();
        logits = logits.to(ScalarType.Float32);
        var (photos, classes) = (targets.shape[0], logits.shape[1]);
        var part = targets.narrow(0, start, logits.shape[0]);
        if (!_independent && _weights is null && part.dtype == ScalarType.Int64)
            return CrossEntropy.Mean(logits, part, _smoothing).Mul((double)logits.shape[0] / photos).MoveToOuterDisposeScope();
        part = Dense(part, classes);
        var soft = _smoothing > 0 ? part.Mul(1 - _smoothing).Add(_smoothing / classes) : part;
        var losses = _independent ? Sigmoids(logits, part, soft) : Softmaxes(logits, soft); // weighted sum over photos
        return (_weights is null ? losses.Div(photos) : losses.div(Dense(targets, classes).mul(_weights).sum())).MoveToOuterDisposeScope();
    }

    /// <summary>Converts class indices to one-hot rows. → float32 [N, classes].</summary>
    internal static Tensor Dense(Tensor targets, long classes) => targets.dtype == ScalarType.Int64
        ? nn.functional.one_hot(targets, classes).to(ScalarType.Float32)
        : targets;

    /// <summary>Frees the weights.</summary>
    public void Dispose() => _weights?.Dispose();

    private Tensor Softmaxes(Tensor logits, Tensor soft)
    {
        var each = logits.log_softmax(1).mul(soft); // float32 [n, classes]
        return (_weights is null ? each : each.mul(_weights)).sum().neg();
    }

    private Tensor Sigmoids(Tensor logits, Tensor part, Tensor soft)
    {
        var each = BinaryCrossEntropy.Each(logits, soft).mean([1]); // float32 [n]
        return (_weights is null ? each : each.mul(part.mul(_weights).sum([1]))).sum();
    }
}
