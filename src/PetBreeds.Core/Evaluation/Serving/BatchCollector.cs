using System.Threading.Channels;

namespace PetBreeds.Evaluation.Serving;

/// <summary>
/// Makes batches of the photos that are ready: one begins with the first of them, and ends when it is full or its first photo has waited
/// for <see cref="BatchingOptions.MaxWait"/>.
/// </summary>
/// <param name="ready">Photos, presized.</param>
/// <param name="options">How many, and how long.</param>
/// <param name="time">The clock.</param>
/// <param name="drop">Takes those that nobody waits for any more.</param>
internal sealed class BatchCollector(ChannelReader<PendingPhoto> ready, BatchingOptions options, TimeProvider time,
    Action<PendingPhoto> drop) : IDisposable
{
    private readonly CancellationTokenSource _hurry = new();

    /// <summary>From now on no batch waits.</summary>
    public void Hurry() => _hurry.Cancel();

    /// <summary>The next batch; blocks until there is one. Empty when there will be none any more.</summary>
    public List<PendingPhoto> Next()
    {
        List<PendingPhoto> batch = [];
        while (batch.Count < options.MaxBatch && Take(batch) is { } photo)
        {
            if (photo.IsCancelled)
                drop(photo);
            else
                batch.Add(photo);
        }
        return batch;
    }

    public void Dispose() => _hurry.Dispose();

    /// <returns>Null where the batch has waited long enough, or nothing comes any more.</returns>
    private PendingPhoto? Take(List<PendingPhoto> batch)
    {
        if (ready.TryRead(out var photo))
            return photo;
        if (batch.Count == 0)
            return Wait(CancellationToken.None);
        var left = options.MaxWait - time.GetElapsedTime(batch[0].Decoded);
        if (left <= TimeSpan.Zero || _hurry.IsCancellationRequested)
            return null;
        using var patience = new CancellationTokenSource(left, time);
        using var until = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _hurry.Token);
        try
        {
            return Wait(until.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private PendingPhoto? Wait(CancellationToken cancel)
    {
        PendingPhoto? photo;
        while (!ready.TryRead(out photo))
        {
            if (!ready.WaitToReadAsync(cancel).AsTask().GetAwaiter().GetResult())
                return null;
        }
        return photo;
    }
}
