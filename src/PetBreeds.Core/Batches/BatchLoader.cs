using PetBreeds.Batches.Augmentation;
using PetBreeds.Pixels.Cache;
using PetBreeds.Runtime;

namespace PetBreeds.Batches;

/// <summary>
/// Loads batches of presized photos, prefetched on its own threads. Order and draws depend only on (seed, epoch, photo); photos that cannot
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
    private readonly Share _share;

    /// <param name="cache">The presized photos.</param>
    /// <param name="samples">The photos.</param>
    /// <param name="batchSize">Number of photos in a full batch, of all processes together.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="form">The form of a batch.</param>
    /// <param name="threads">The threads that fill batches.</param>
    /// <param name="balanced">Whether training draws every class equally often.</param>
    /// <param name="share">What this process reads; null for everything.</param>
    internal BatchLoader(
        PixelCache cache, IReadOnlyList<Sample> samples, int batchSize, int seed, BatchForm form, BatchThreads threads,
        bool balanced = false, Share? share = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        (_cache, _samples, BatchSize, _seed, _form, _threads) = (cache, samples, batchSize, seed, form, threads);
        (_balanced, _share) = (balanced, share ?? Share.Whole);
    }

    /// <summary>The photos of all processes, including those that cannot be decoded.</summary>
    public IReadOnlyList<Sample> Samples => _samples;

    /// <summary>Number of photos, including those that cannot be decoded.</summary>
    public int Count => _samples.Count;

    /// <summary>Number of photos in a full batch, of all processes together.</summary>
    public int BatchSize { get; }

    /// <summary>
    /// Number of full batches in a training epoch: as in fastai, an incomplete last one is dropped unless it is the only one.
    /// </summary>
    public int TrainBatches => Math.Max(1, Count / BatchSize);

    /// <summary>Number of batches in this process's part of an ordered pass; the last one may be smaller.</summary>
    public int OrderedBatches => (_share.Of(Count).Count + BatchSize - 1) / BatchSize;

    /// <summary>This process's part of each batch of a training epoch, shuffled and augmented. The caller disposes each batch.</summary>
    /// <param name="epoch">Number of the epoch, counted over the whole run.</param>
    /// <param name="options">The options of the augmentation.</param>
    /// <param name="first">The first batch, if an epoch is resumed.</param>
    /// <param name="count">Number of batches; null for the rest of the epoch.</param>
    public IEnumerable<Batch> Train(int epoch, AugmentOptions options, int first = 0, int? count = null)
    {
        var end = Math.Min(TrainBatches, first + (count ?? TrainBatches));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, end);
        var order = _balanced ? BalancedOrder.Draw(_samples, _seed, epoch) : Shuffled(epoch);
        var (start, photos) = _share.Of(Math.Min(Count, BatchSize));
        int[] places = [.. Enumerable.Range(first, end - first).SelectMany(batch => Enumerable.Range(batch * BatchSize + start, photos))];
        return Run(new BatchPlan(order, places, photos, (sample, _) => AugmentParams.Draw(options, _seed, epoch, sample.Key), Full: true));
    }

    private Sample[] Shuffled(int epoch)
    {
        Sample[] order = [.. _samples];
        new SeededRandom(0x0DE, (ulong)_seed, (ulong)epoch).Shuffle<Sample>(order);
        return order;
    }

    /// <summary>
    /// This process's part of all photos in order, with centre windows and without augmentation. The caller disposes each batch.
    /// </summary>
    public IEnumerable<Batch> Ordered() => Ordered(_ => AugmentParams.Identity);

    /// <summary>This process's part of all photos in order. The caller disposes each batch.</summary>
    /// <param name="draw">Returns the augmentation of each photo.</param>
    internal IEnumerable<Batch> Ordered(Func<Sample, AugmentParams> draw)
    {
        var (start, count) = _share.Of(Count);
        return Run(new BatchPlan([.. _samples], [.. Enumerable.Range(start, count)], BatchSize, (sample, _) => draw(sample), Full: false));
    }

    /// <summary>All photos as one batch. The caller disposes it.</summary>
    /// <param name="draws">The augmentation of each photo.</param>
    internal Batch Once(IReadOnlyList<AugmentParams> draws) =>
        Run(new BatchPlan([.. _samples], [.. Enumerable.Range(0, Count)], Count, (_, place) => draws[place], Full: false)).Single();

    private IEnumerable<Batch> Run(BatchPlan plan) => new BatchQueue(_cache, _form, plan, _threads).Run();
}
