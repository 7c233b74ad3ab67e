using System.Runtime.ExceptionServices;
using PetBreeds.Batches.Augmentation;
using PetBreeds.Pixels;
using PetBreeds.Pixels.Cache;
using static TorchSharp.torch;

namespace PetBreeds.Batches;

/// <summary>The plan of one pass over photos.</summary>
/// <param name="Order">The photos, in order.</param>
/// <param name="Places">Indexes of those to use, in order.</param>
/// <param name="BatchSize">Number of photos in a batch, at least 1.</param>
/// <param name="Draw">Returns the augmentation of a photo at a position in the pass.</param>
/// <param name="Full">
/// Whether the next photo in the order takes the place of one that cannot be decoded (in training: batches keep their size, and are the
/// same whether or not the photo was known to be bad), or the place is left out.
/// </param>
internal sealed record BatchPlan(Sample[] Order, int[] Places, int BatchSize, Func<Sample, int, AugmentParams> Draw, bool Full);

/// <summary>
/// One pass over photos: several threads together fill batches photo by photo, a limited number of batches ahead of the one in use.
/// </summary>
internal sealed class BatchQueue(PixelCache cache, BatchForm form, BatchPlan plan, BatchThreads threads)
{
    private readonly object _changed = new();
    private readonly Dictionary<int, PendingBatch> _pending = [];
    private readonly int _count = plan.Places.Length;
    private int _next; // place
    private int _taken; // batches
    private bool _stopped;
    private ExceptionDispatchInfo? _failure;

    private int Batches => (_count + plan.BatchSize - 1) / plan.BatchSize;

    /// <summary>The batches, in order. The caller disposes each one and may stop early.</summary>
    public IEnumerable<Batch> Run()
    {
        cache.CatchUp();
        var workers = Start();
        try
        {
            while (_taken < Batches)
                if (Take() is { } batch)
                    yield return batch;
        }
        finally
        {
            Stop(workers);
        }
    }

    private Thread[] Start()
    {
        Thread[] workers = [.. Enumerable.Range(0, Math.Min(threads.Count, _count))
            .Select(_ => new Thread(Work) { IsBackground = true, Name = "loader" })];
        using var ready = new CountdownEvent(workers.Length);
        // A thread keeps the number of OpenMP threads set when it first uses torch: these threads presize on one core each, training uses
        // all.
        using var alone = new SingleThreadedTorch();
        foreach (var worker in workers)
            worker.Start(ready);
        ready.Wait();
        return workers;
    }

    private void Stop(Thread[] workers)
    {
        lock (_changed)
        {
            _stopped = true;
            Monitor.PulseAll(_changed);
        }
        foreach (var worker in workers)
            worker.Join();
        foreach (var unused in _pending.Values)
            unused.Pixels.Dispose();
        _pending.Clear();
    }

    /// <returns>The next batch; null if none of its photos can be decoded.</returns>
    private Batch? Take()
    {
        PendingBatch? done;
        lock (_changed)
        {
            while (_failure is null && !(_pending.TryGetValue(_taken, out done) && done.Left == 0))
                Monitor.Wait(_changed);
            _failure?.Throw();
            _pending.Remove(_taken++, out done);
            Monitor.PulseAll(_changed);
        }
        return done!.ToBatch();
    }

    private void Work(object? ready)
    {
        try
        {
            get_num_threads();
            ((CountdownEvent)ready!).Signal();
            using var scope = NewDisposeScope();
            var target = new Target(form);
            while (Next() is var (batch, place, photo))
            {
                Fill(batch, place, photo, target);
                lock (_changed)
                    if (--batch.Left == 0)
                        Monitor.PulseAll(_changed);
            }
        }
        catch (Exception e)
        {
            lock (_changed)
            {
                _failure ??= ExceptionDispatchInfo.Capture(e);
                Monitor.PulseAll(_changed);
            }
        }
    }

    /// <summary>Waits for space and returns the next place to fill; null at the end of the pass.</summary>
    private (PendingBatch Batch, int Place, int Photo)? Next()
    {
        lock (_changed)
        {
            while (!_stopped && _failure is null && _next < _count && _next / plan.BatchSize >= _taken + threads.Ahead)
                Monitor.Wait(_changed);
            if (_stopped || _failure is not null || _next >= _count)
                return null;
            var photo = _next++;
            var (number, place) = (photo / plan.BatchSize, photo % plan.BatchSize);
            if (place == 0)
            {
                var size = Math.Min(plan.BatchSize, _count - photo);
                _pending.Add(number, new PendingBatch(form.Allocate(size).DetachFromDisposeScope(), size));
            }
            return (_pending[number], place, photo);
        }
    }

    private void Fill(PendingBatch batch, int place, int photo, Target target)
    {
        var tries = plan.Full ? plan.Order.Length : 1;
        for (var next = 0; next < tries; next++)
        {
            var sample = plan.Order[(plan.Places[photo] + next) % plan.Order.Length];
            var draw = plan.Draw(sample, plan.Places[photo]);
            (target.Draw, target.Pixels, target.Place) = (draw, batch.Pixels, place);
            if (!cache.Read(sample.Photo, target.Write))
                continue;
            (batch.Samples[place], batch.Draws[place]) = (sample, draw);
            return;
        }
        if (plan.Full)
            throw new UserException("none of the training photos can be decoded", null, "Check the files.")
            {
                Next = NextStep.VerifyData,
            };
    }
}

/// <summary>Where a thread's next photo goes; its delegate is reused for all photos.</summary>
internal sealed class Target
{
    public Target(BatchForm form) => Write = (width, height, pixels) => form.Write(pixels, (width, height), Draw!, Pixels!, Place);

    public AugmentParams? Draw { get; set; }

    public Tensor? Pixels { get; set; }

    public int Place { get; set; }

    public PixelReader Write { get; }
}

/// <summary>A batch being filled.</summary>
internal sealed class PendingBatch(Tensor pixels, int size)
{
    public Tensor Pixels => pixels;

    public Sample?[] Samples { get; } = new Sample?[size];

    public AugmentParams[] Draws { get; } = new AugmentParams[size];

    /// <summary>Number of places not filled yet.</summary>
    public int Left { get; set; } = size;

    /// <returns>The batch; null if no photo could be decoded.</returns>
    public Batch? ToBatch()
    {
        long[] filled = [.. Samples.Index().Where(entry => entry.Item is not null).Select(entry => (long)entry.Index)];
        if (filled.Length == Samples.Length)
            return new Batch(pixels, Labels(Samples!), Samples!, Draws);
        using (pixels)
        {
            if (filled.Length == 0)
                return null;
            using var index = tensor(filled);
            Sample[] samples = [.. filled.Select(place => Samples[place]!)];
            return new Batch(pixels.index_select(0, index), Labels(samples), samples, [.. filled.Select(place => Draws[place])]);
        }
    }

    private static Tensor Labels(Sample[] samples) => samples[0].Targets is { Length: var classes }
        ? tensor(samples.SelectMany(sample => sample.Targets!).ToArray(), [samples.Length, classes]) // float32 [N, classes]
        : tensor(samples.Select(sample => (long)sample.Label).ToArray()); // int64 [N]
}
