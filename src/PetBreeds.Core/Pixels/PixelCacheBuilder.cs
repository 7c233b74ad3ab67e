using System.Diagnostics;
using System.Runtime.ExceptionServices;
using PetBreeds.Runtime;

namespace PetBreeds.Pixels;

/// <summary>A photo that is not in the cache, with the stamp its file had before it was read.</summary>
internal sealed record MissingPhoto(PhotoSource Photo, FileStamp Stamp);

/// <summary>
/// Presizes photos on several threads into one new segment. The index is published every half minute, so that a run that is killed or
/// cancelled loses little; what failed only because a file could not be read is not remembered and is tried again by the next run.
/// </summary>
internal sealed class PixelCacheBuilder(
    PixelStore store, IPhotoDecoder decoder, int shortSide, IReadOnlyList<MissingPhoto> missing, IProgress<PresizeProgress>? progress)
{
    private static readonly TimeSpan PublishEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly List<CachedPhoto> _made = [];
    private readonly Dictionary<string, string> _unreadable = [];
    private int _next = -1;
    private int _done;
    private bool _published;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Photos whose file could not be read this time, by name, with the reason.</summary>
    public IReadOnlyDictionary<string, string> Unreadable => _unreadable;

    /// <param name="photos">What the cache holds; the new photos are added to it, and it is published.</param>
    /// <param name="threads">At least 1.</param>
    /// <param name="cancel">Looked at between photos; what was made until then is kept.</param>
    public void Build(Dictionary<string, CachedPhoto> photos, int threads, CancellationToken cancel)
    {
        var expected = PresizeEstimate.Bytes(missing, shortSide, decoder);
        progress?.Report(new PresizeProgress(0, missing.Count, expected, TimeSpan.Zero));
        DiskSpace.Require(store.Folder, expected, DiskSpace.Free(store.Folder));
        TorchRuntime.EnsureLoaded();

        using (var segment = new SegmentWriter(store))
        {
            using (new SingleThreadedTorch())
                Run(segment, photos, expected, Math.Min(threads, missing.Count), cancel);
            Publish(segment, photos);
        }
        _failure?.Throw();
        cancel.ThrowIfCancellationRequested();
    }

    private void Run(SegmentWriter segment, Dictionary<string, CachedPhoto> photos, long expected, int threads, CancellationToken cancel)
    {
        // Threads of their own, not the pool's: a thread that has used torch before keeps its number of OpenMP threads.
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(() => Work(segment, cancel)) { IsBackground = true }).ToList();
        workers.ForEach(w => w.Start());
        var clock = Stopwatch.StartNew();
        var published = TimeSpan.Zero;
        foreach (var worker in workers)
            while (!worker.Join(ReportEvery))
            {
                var done = Volatile.Read(ref _done);
                var bytes = done > 0 ? segment.Length / done * missing.Count : expected;
                progress?.Report(new PresizeProgress(done, missing.Count, bytes, clock.Elapsed));
                if (clock.Elapsed - published < PublishEvery)
                    continue;
                Publish(segment, photos);
                published = clock.Elapsed;
            }
        progress?.Report(new PresizeProgress(_done, missing.Count, segment.Length, clock.Elapsed));
    }

    private void Work(SegmentWriter segment, CancellationToken cancel)
    {
        try
        {
            while (!cancel.IsCancellationRequested && Volatile.Read(ref _failure) is null && Interlocked.Increment(ref _next) is var i
                && i < missing.Count)
            {
                Presize(missing[i], segment);
                Interlocked.Increment(ref _done);
            }
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null);
        }
    }

    private void Presize(MissingPhoto item, SegmentWriter segment)
    {
        var (photo, stamp) = item;
        byte[] file;
        try
        {
            file = Presizer.ReadFile(photo.Path);
        }
        catch (UserException e)
        {
            lock (_gate)
                _unreadable[photo.Name] = e.Problem;
            return;
        }
        CachedPhoto made;
        try
        {
            var image = decoder.Decode(file, photo.Path, shortSide);
            made = Presizer.Resize(image, shortSide, (width, height, pixels) => new CachedPhoto(photo.Name, photo.Path, stamp, segment.Name,
                segment.Append(pixels), width, height, PixelSegment.Checksum(pixels), Bad: null));
        }
        catch (UserException e) when (e.Place == photo.Path)
        {
            made = CachedPhoto.Without(photo, stamp, e.Problem);
        }
        lock (_gate)
            _made.Add(made);
    }

    private void Publish(SegmentWriter segment, Dictionary<string, CachedPhoto> photos)
    {
        lock (_gate)
        {
            foreach (var made in _made)
                photos[made.Name] = made;
            _made.Clear();
        }
        try
        {
            segment.Flush();
            store.Publish(photos);
            _published = true;
        }
        catch (IOException e)
        {
            if (!_published)
                segment.Discard(); // nothing names it: it would only keep the disk full
            _failure ??= ExceptionDispatchInfo.Capture(DiskSpace.WriteFailed(store.Folder, e));
        }
    }
}
