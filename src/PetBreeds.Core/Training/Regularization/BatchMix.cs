using PetBreeds.Batches;
using PetBreeds.Runtime;
using PetBreeds.Training.Losses;
using static TorchSharp.torch;

namespace PetBreeds.Training.Regularization;

/// <summary>How photos of a batch are mixed with each other.</summary>
/// <param name="Mixup">α of mixup, the pixelwise weighted mean of two photos; 0 turns it off.</param>
/// <param name="CutMix">
/// α of cutmix, a box of one photo pasted into another; 0 turns it off. If both are on, one is chosen at random for each batch.
/// </param>
internal sealed record MixOptions(double Mixup = 0, double CutMix = 0)
{
    internal bool Any => Mixup > 0 || CutMix > 0;
}

/// <summary>
/// How one batch is mixed: each photo has a partner in the batch, of which a share is mixed in, for pixels and targets alike. Mixup (Zhang
/// et al., "mixup: Beyond Empirical Risk Minimization", 2018) as in fastai: each photo keeps its own share, at least ½. CutMix (Yun et al.,
/// 2019, algorithm A1): a box for each photo, the share corrected to what the box leaves. Draws depend only on the given seed, and thus on
/// the run's seed and the step.
/// </summary>
internal sealed class BatchMix
{
    private readonly long[] _partners; // [N]
    private readonly float[] _kept; // [N]
    private readonly float[]? _boxes; // [N, 4]: left, top, right, bottom in pixels; null for mixup

    private BatchMix(long[] partners, float[] kept, float[]? boxes) => (_partners, _kept, _boxes) = (partners, kept, boxes);

    /// <summary>The index of each photo's partner.</summary>
    public IReadOnlyList<long> Partners => _partners;

    /// <summary>The share of each photo that is kept.</summary>
    public IReadOnlyList<float> Kept => _kept;

    /// <param name="options">How to mix.</param>
    /// <param name="photos">Number of photos in the batch.</param>
    /// <param name="size">Side of the network's input in pixels.</param>
    /// <param name="seed">Seed of the step.</param>
    /// <returns>The mix; null if nothing is mixed.</returns>
    public static BatchMix? Draw(MixOptions options, int photos, int size, ulong seed)
    {
        if (!options.Any || photos < 2)
            return null;
        var random = new SeededRandom(0x31C, seed);
        var cut = random.NextBool(.5);
        cut = options.Mixup <= 0 || (options.CutMix > 0 && cut);
        long[] partners = [.. Enumerable.Range(0, photos).Select(i => (long)i)];
        random.Shuffle<long>(partners);
        var (kept, boxes) = (new float[photos], cut ? new float[4 * photos] : null);
        for (var i = 0; i < photos; i++)
        {
            var share = BetaDraw.Symmetric(ref random, cut ? options.CutMix : options.Mixup);
            kept[i] = boxes is null ? (float)Math.Max(share, 1 - share) : Box(ref random, share, size, boxes.AsSpan(4 * i, 4));
        }
        return new BatchMix(partners, kept, boxes);
    }

    /// <summary>Mixes the input of some photos.</summary>
    /// <param name="batch">The whole batch.</param>
    /// <param name="start">Index of the first of these photos.</param>
    /// <param name="input">float32 [n, 3, size, size]; the whole batch or a part of it.</param>
    /// <param name="transform">Prepares the input of partners outside this part.</param>
    public Tensor Inputs(Batch batch, int start, Tensor input, BatchTransform transform)
    {
        using var scope = NewDisposeScope();
        var count = (int)input.shape[0];
        var partners = _partners.AsSpan(start, count).ToArray();
        var others = count == batch.Count
            ? input.index_select(0, tensor(partners, device: input.device))
            : transform.Input(batch.Pixels.index_select(0, tensor(partners, device: batch.Pixels.device)),
                [.. partners.Select(partner => batch.Draws[(int)partner])], input.device);
        var mixed = _boxes is null
            ? input.sub(others).mul_(Column(_kept, start, count, input.device)).AddInPlace(others)
            : where(Inside(start, count, input), others, input);
        return mixed.MoveToOuterDisposeScope();
    }

    /// <summary>Mixes the targets of the whole batch likewise. → float32 [N, classes].</summary>
    /// <param name="targets">Targets as for <see cref="Criterion.Share"/>.</param>
    /// <param name="classes">Number of classes.</param>
    public Tensor Targets(Tensor targets, long classes)
    {
        using var scope = NewDisposeScope();
        var dense = Criterion.Dense(targets, classes);
        var others = dense.index_select(0, tensor(_partners).to(targets.device));
        var kept = tensor(_kept, [_kept.Length, 1], device: targets.device);
        return dense.sub(others).mul_(kept).AddInPlace(others).MoveToOuterDisposeScope();
    }

    /// <summary>Draws a box with 1 − share of the area around a random centre, clipped at the borders.</summary>
    /// <returns>The share that is left.</returns>
    private static float Box(ref SeededRandom random, double share, int size, Span<float> box)
    {
        var half = (int)(size * Math.Sqrt(1 - share)) / 2;
        var (x, y) = (random.NextInt(size), random.NextInt(size));
        (box[0], box[1]) = (Math.Max(0, x - half), Math.Max(0, y - half));
        (box[2], box[3]) = (Math.Min(size, x + half), Math.Min(size, y + half));
        return 1 - (box[2] - box[0]) * (box[3] - box[1]) / (size * size);
    }

    /// <summary>bool [n, 1, size, size]: which pixels come from the partner.</summary>
    private Tensor Inside(int start, int count, Tensor input)
    {
        using var scope = NewDisposeScope();
        var boxes = tensor(_boxes.AsSpan(4 * start, 4 * count).ToArray(), [count, 4, 1, 1, 1], device: input.device);
        var x = TensorMath.Arange(input.shape[3], input.device).reshape(1, 1, 1, -1);
        var y = TensorMath.Arange(input.shape[2], input.device).reshape(1, 1, -1, 1);
        return x.ge(boxes.select(1, 0)).logical_and(x.lt(boxes.select(1, 2)))
            .logical_and(y.ge(boxes.select(1, 1))).logical_and(y.lt(boxes.select(1, 3))).MoveToOuterDisposeScope();
    }

    private static Tensor Column(float[] values, int start, int count, Device device) =>
        tensor(values.AsSpan(start, count).ToArray(), [count, 1, 1, 1], device: device);
}
