using System.Collections.Concurrent;
using PetBreeds.Pixels;
using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Batches;

/// <summary>
/// Cuts square windows out of presized photos into batches, a few batches ahead on a thread of its own. Order and draws depend on (seed, epoch,
/// photo) alone.
/// </summary>
/// <param name="cache">Presized pixels.</param>
/// <param name="samples">The photos of one split.</param>
/// <param name="batchSize">At least 1.</param>
/// <param name="seed">The run's seed.</param>
public sealed class BatchLoader(PixelCache cache, IReadOnlyList<Sample> samples, int batchSize, int seed)
{
    private const int Ahead = 3; // one being used, two ready: a window is copied in 0.1 ms, a step takes far longer

    /// <summary>How many photos there are.</summary>
    public int Count => samples.Count;

    /// <summary>Full batches in a training epoch: as fastai, an incomplete last one is dropped unless it is the only one.</summary>
    public int TrainBatches => Math.Max(1, samples.Count / batchSize);

    /// <summary>Batches of a pass in order; the last may be smaller.</summary>
    public int OrderedBatches => (samples.Count + batchSize - 1) / batchSize;

    /// <summary>An epoch of training: shuffled and augmented. Dispose each batch.</summary>
    /// <param name="epoch">Counted through the whole run.</param>
    /// <param name="options">How far the augmentation goes.</param>
    public IEnumerable<Batch> Train(int epoch, AugmentOptions options)
    {
        var order = samples.ToArray();
        new SeededRandom(0x0DE, (ulong)seed, (ulong)epoch).Shuffle<Sample>(order);
        return Prefetch(order.Chunk(batchSize).Take(TrainBatches)
            .Select(chunk => (chunk, chunk.Select(sample => AugmentDraw.Draw(options, seed, epoch, sample.Key)).ToArray())));
    }

    /// <summary>All photos in order with centre windows and no augmentation. Dispose each batch.</summary>
    public IEnumerable<Batch> Ordered() =>
        Prefetch(samples.Chunk(batchSize).Select(chunk => (chunk, chunk.Select(_ => AugmentDraw.Identity).ToArray())));

    /// <summary>Cuts the windows of chosen photos into one batch, whatever the batch size. Dispose it.</summary>
    /// <param name="chosen">Photos of the cache, at least one.</param>
    /// <param name="draws">One for each.</param>
    internal Batch Collate(Sample[] chosen, AugmentDraw[] draws) =>
        new(Windows(chosen, draws), tensor(chosen.Select(sample => (long)sample.Label).ToArray()), chosen, draws);

    private IEnumerable<Batch> Prefetch(IEnumerable<(Sample[] Samples, AugmentDraw[] Draws)> plan)
    {
        using var stop = new CancellationTokenSource();
        using var ready = new BlockingCollection<Batch>(Ahead - 1);
        var producer = Task.Run(() => Produce(plan, ready, stop.Token));
        try
        {
            foreach (var batch in ready.GetConsumingEnumerable())
                yield return batch;
            producer.GetAwaiter().GetResult(); // passes on what went wrong there
        }
        finally
        {
            stop.Cancel();
            while (!producer.IsCompleted || ready.Count > 0)
            {
                if (ready.TryTake(out var unused, millisecondsTimeout: 1))
                    unused.Dispose();
            }
        }
    }

    private void Produce(
        IEnumerable<(Sample[] Samples, AugmentDraw[] Draws)> plan, BlockingCollection<Batch> ready, CancellationToken stop)
    {
        try
        {
            foreach (var (chunk, draws) in plan)
            {
                var batch = Collate(chunk, draws);
                try
                {
                    ready.Add(batch, stop);
                }
                catch (OperationCanceledException)
                {
                    batch.Dispose();
                    return;
                }
            }
        }
        finally
        {
            ready.CompleteAdding();
        }
    }

    private Tensor Windows(Sample[] chunk, AugmentDraw[] draws)
    {
        var (width, height) = cache.Size(chunk[0].Photo);
        var side = Math.Min(width, height);
        var windows = empty([chunk.Length, side, side, 3], ScalarType.Byte);
        var target = windows.bytes;
        for (var i = 0; i < chunk.Length; i++)
        {
            var photo = chunk[i].Photo;
            Window.Copy(cache.Pixels(photo), cache.Size(photo), side, draws[i].Window, target.Slice(i * side * side * 3, side * side * 3));
        }
        return windows;
    }
}
