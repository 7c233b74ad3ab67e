using System.Threading.Channels;
using PetBreeds.Pixels;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Runtime;

namespace PetBreeds.Evaluation.Serving;

/// <summary>
/// Photos from many callers, answered in batches: decoders presize them side by side, one thread takes what is ready and computes it. How
/// many photos are on their way is bounded; more are refused at once rather than kept waiting. Safe from several threads.
/// </summary>
internal sealed class PredictionQueue : IAsyncDisposable
{
    private const int LargePixels = 16_000_000;

    /// <summary>
    /// Photos of so many pixels are decoded one after another, whatever the number of decoders: each takes hundreds of megabytes.
    /// </summary>
    private static readonly SemaphoreSlim OneLarge = new(1);

    private readonly IBatchClassifier _classifier;
    private readonly BatchingOptions _options;
    private readonly DecodeThreads _decoders;
    private readonly ServingMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly Channel<PendingPhoto> _ready;
    private readonly BatchCollector _collector;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private int _waiting;
    private bool _closed;

    /// <param name="classifier">Its own from now on.</param>
    /// <param name="options">In range.</param>
    /// <param name="decoders">Shared with others; they must outlive it.</param>
    /// <param name="metrics">Where it reports.</param>
    /// <param name="time">The clock of <see cref="BatchingOptions.MaxWait"/>.</param>
    public PredictionQueue(IBatchClassifier classifier, BatchingOptions options, DecodeThreads decoders, ServingMetrics metrics,
        TimeProvider? time = null)
    {
        (_classifier, _options, _decoders, _metrics, _time) = (classifier, options, decoders, metrics, time ?? TimeProvider.System);
        _ready = Channel.CreateBounded<PendingPhoto>(new BoundedChannelOptions(options.MaxQueue) { SingleReader = true });
        _collector = new BatchCollector(_ready.Reader, options, _time, Drop);
        if (!classifier.TakesWholePhotos)
            decoders.UseTorch();
        new Thread(Run) { IsBackground = true, Name = "network" }.Start();
    }

    /// <summary>Photos that are waiting, being decoded or being answered.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Takes all of some photos, or none.</summary>
    /// <param name="photos">Their bytes must stay as they are until the answer is there.</param>
    /// <param name="cancel">Frees those who wait at once, and their photos' places as soon as possible.</param>
    /// <returns>The answers, in order.</returns>
    /// <exception cref="QueueFullException">Not all have room.</exception>
    /// <exception cref="ObjectDisposedException">It takes no more.</exception>
    public Task<PhotoAnswer[]> Answer(IReadOnlyList<EncodedPhoto> photos, CancellationToken cancel)
    {
        Enter(photos.Count);
        var now = _time.GetTimestamp();
        PendingPhoto[] pending = [.. photos.Select(photo => new PendingPhoto(photo, now, cancel))];
        foreach (var photo in pending)
            _decoders.Add(() => Decode(photo));
        return Task.WhenAll(pending.Select(photo => photo.Answer)).WaitAsync(cancel);
    }

    /// <summary>Where a class was seen; takes a photo's place meanwhile.</summary>
    /// <exception cref="QueueFullException">There is no room.</exception>
    /// <exception cref="UserException">The photo cannot be read.</exception>
    public Task<HeatMap> Heat(EncodedPhoto photo, int label, CancellationToken cancel)
    {
        var maps = _classifier.HeatMaps ?? throw new InvalidOperationException("this model makes no heat maps");
        Enter(1);
        var map = new TaskCompletionSource<HeatMap>(TaskCreationOptions.RunContinuationsAsynchronously);
        _decoders.Add(() =>
        {
            try
            {
                cancel.ThrowIfCancellationRequested();
                map.TrySetResult(maps.Heat(Presize(photo), label));
            }
#pragma warning disable CA1031 // whoever waits for the map gets the exception
            catch (Exception e)
#pragma warning restore CA1031
            {
                map.TrySetException(e);
            }
            finally
            {
                Leave(1);
            }
        });
        return map.Task.WaitAsync(cancel);
    }

    /// <summary>From now on no batch waits for more photos.</summary>
    public void Hurry() => _collector.Hurry();

    /// <summary>Takes no more photos, answers those it has, and frees the model.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
            if (_waiting == 0)
                _ready.Writer.TryComplete();
        }
        Hurry();
        await _ended.Task.ConfigureAwait(false);
        _collector.Dispose();
        _classifier.Dispose();
    }

    private void Enter(int photos)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (_waiting + photos > _options.MaxQueue)
            {
                _metrics.Photos("refused", photos);
                throw new QueueFullException(_waiting);
            }
            _waiting += photos;
        }
        _metrics.NowWaiting(photos);
    }

    private void Leave(int photos)
    {
        _metrics.NowWaiting(-photos);
        lock (_gate)
        {
            _waiting -= photos;
            if (_closed && _waiting == 0)
                _ready.Writer.TryComplete();
        }
    }

    private void Decode(PendingPhoto photo)
    {
        try
        {
            if (photo.IsCancelled)
            {
                Drop(photo);
                return;
            }
            photo.Decode(Presize, _time);
            _metrics.Decoded(photo.DecodeTime);
            if (!_ready.Writer.TryWrite(photo))
                throw new InvalidOperationException("the queue was closed under a photo");
        }
        catch (UserException e)
        {
            End(photo, "unreadable", () => photo.CompleteUnreadable(e));
        }
#pragma warning disable CA1031 // whoever waits for the photo gets the exception; the thread goes on with the next
        catch (Exception e)
#pragma warning restore CA1031
        {
            End(photo, "failed", () => photo.Fail(e));
        }
    }

    private RgbImage Presize(EncodedPhoto photo)
    {
        var (width, height) = PhotoDecoder.Default.ReadSize(photo.Bytes, photo.Name);
        if ((long)width * height > _options.MaxPixels)
            throw new UserException(FormattableString.Invariant(
                $"the photo has {width} × {height} pixels, more than the limit of {_options.MaxPixels / 1e6:0.######} million"),
                    photo.Name, "Scale it down.");
        var large = (long)width * height > LargePixels;
        if (large)
            OneLarge.Wait();
        try
        {
            var decoded = PhotoDecoder.Default.Decode(photo.Bytes, photo.Name, _classifier.Card.Preprocessing.Presize);
            return _classifier.TakesWholePhotos ? decoded : Presizer.Resize(decoded, _classifier.Card.Preprocessing.Presize);
        }
        finally
        {
            if (large)
                OneLarge.Release();
        }
    }

    private void Drop(PendingPhoto photo) => End(photo, "cancelled", photo.Cancel);

    /// <summary>Gives the photo's place free first: whoever has the answer may send the next.</summary>
    private void End(PendingPhoto photo, string outcome, Action answer)
    {
        _metrics.Photo(outcome);
        Leave(1);
        answer();
    }

    private void Run()
    {
        while (_collector.Next() is { Count: > 0 } batch)
            Compute(batch);
        _ended.SetResult();
    }

    private void Compute(List<PendingPhoto> batch)
    {
        var begun = _time.GetTimestamp();
        foreach (var photo in batch)
            _metrics.Queued(_time.GetElapsedTime(photo.Submitted, begun) - photo.DecodeTime);
        try
        {
            var answers = Answer([.. batch.Select(photo => photo.Pixels!)]);
            _metrics.Batch(batch.Count, _time.GetElapsedTime(begun));
            foreach (var (photo, answer) in batch.Zip(answers))
                End(photo, "answered", () => photo.Complete(answer));
        }
#pragma warning disable CA1031 // whoever waits for a photo of this batch gets the exception; the thread goes on with the next
        catch (Exception e)
#pragma warning restore CA1031
        {
            foreach (var photo in batch)
                End(photo, "failed", () => photo.Fail(e));
        }
    }

    /// <summary>Where memory does not suffice for so many at once, in halves.</summary>
    private ClassifiedPhoto[] Answer(RgbImage[] photos)
    {
        try
        {
            return _classifier.Answer(photos);
        }
        catch (Exception e) when (photos.Length > 1 && OutOfMemory.Is(e))
        {
            return [.. Answer(photos[..(photos.Length / 2)]), .. Answer(photos[(photos.Length / 2)..])];
        }
    }
}
