using PetBreeds.Batches.Augmentation;
using PetBreeds.Pixels.Cache;
using PetBreeds.Runtime;

namespace PetBreeds.Batches;

/// <summary>
/// Batches of presized photos, made ahead on threads of their own. Order and draws depend on (seed, epoch, photo) alone; photos that cannot
/// be decoded are left out.
/// </summary>
internal sealed class BatchLoader
{
    private readonly PixelCache _cache;
    private readonly IReadOnlyList<Sample> _samples;
    private readonly int _seed;
    private readonly BatchForm _form;
    private readonly BatchThreads _threads;
    private readonly bool _balanced;

    internal BatchLoader(
        PixelCache cache, IReadOnlyList<Sample> samples, int batchSize, int seed, BatchForm form, BatchThreads threads,
        bool balanced = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        (_cache, _samples, BatchSize, _seed, _form, _threads) = (cache, samples, batchSize, seed, form, threads);
        _balanced = balanced;
    }

    /// <summary>How many photos there are, those that cannot be decoded included.</summary>
    public int Count => _samples.Count;

    /// <summary>Photos in a full batch.</summary>
    public int BatchSize { get; }

    /// <summary>Full batches in a training epoch: as fastai, an incomplete last one is dropped unless it is the only one.</summary>
    public int TrainBatches => Math.Max(1, Count / BatchSize);

    /// <summary>Batches of a pass in order; the last may be smaller.</summary>
    public int OrderedBatches => (Count + BatchSize - 1) / BatchSize;

    /// <summary>An epoch of training: shuffled and augmented. Dispose each batch.</summary>
    /// <param name="epoch">Counted through the whole run.</param>
    /// <param name="options">How far the augmentation goes.</param>
    /// <param name="first">The first batch, where an epoch is gone on with.</param>
    /// <param name="count">How many batches; null takes the rest of the epoch.</param>
    public IEnumerable<Batch> Train(int epoch, AugmentOptions options, int first = 0, int? count = null)
    {
        var end = Math.Min(TrainBatches, first + (count ?? TrainBatches));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, end);
        var order = _balanced ? BalancedOrder.Draw(_samples, _seed, epoch) : Shuffled(epoch);
        return Run(new BatchPlan(order, Math.Min(Count, first * BatchSize)..Math.Min(Count, end * BatchSize), BatchSize,
            (sample, _) => AugmentParams.Draw(options, _seed, epoch, sample.Key), Full: true));
    }

    private Sample[] Shuffled(int epoch)
    {
        Sample[] order = [.. _samples];
        new SeededRandom(0x0DE, (ulong)_seed, (ulong)epoch).Shuffle<Sample>(order);
        return order;
    }

    /// <summary>All photos in order with centre windows and no augmentation. Dispose each batch.</summary>
    public IEnumerable<Batch> Ordered() => Ordered(_ => AugmentParams.Identity);

    /// <summary>All photos in order. Dispose each batch.</summary>
    /// <param name="draw">What is done to each.</param>
    internal IEnumerable<Batch> Ordered(Func<Sample, AugmentParams> draw) =>
        Run(new BatchPlan([.. _samples], 0..Count, BatchSize, (sample, _) => draw(sample), Full: false));

    /// <summary>All photos as one batch. Dispose it.</summary>
    /// <param name="draws">What is done to each.</param>
    internal Batch Once(IReadOnlyList<AugmentParams> draws) =>
        Run(new BatchPlan([.. _samples], 0..Count, Count, (_, place) => draws[place], Full: false)).Single();

    private IEnumerable<Batch> Run(BatchPlan plan) => new BatchQueue(_cache, _form, plan, _threads).Run();
}
