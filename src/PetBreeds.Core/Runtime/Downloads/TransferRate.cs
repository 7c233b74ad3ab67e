namespace PetBreeds.Runtime.Downloads;

/// <summary>Bytes per second over the last few seconds; an overall mean would hide that a connection has become slow.</summary>
internal sealed class TransferRate(TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(8);

    private readonly Queue<(long Time, long Bytes)> _marks = [];
    private (long Time, long Bytes) _last;

    /// <summary>Returns the current rate, given the number of bytes received so far.</summary>
    public double At(long bytes)
    {
        _last = (clock.GetTimestamp(), bytes);
        _marks.Enqueue(_last);
        while (_marks.Count > 2 && clock.GetElapsedTime(_marks.Peek().Time, _last.Time) > Window)
            _marks.Dequeue();
        var (time, before) = _marks.Peek();
        var seconds = clock.GetElapsedTime(time, _last.Time).TotalSeconds;
        return seconds > 0 ? (bytes - before) / seconds : 0;
    }
}
