namespace PetBreeds.Pixels;

/// <summary>How far presizing is. The first report comes before any photo is decoded, so that its cost can be told beforehand.</summary>
/// <param name="Done">Photos presized in this run, bad ones included.</param>
/// <param name="Total">Photos this run has to presize: those that are not in the cache yet.</param>
/// <param name="BytesExpected">What the new pixels will take on disk, estimated from photo headers at first and from the pixels made later on.</param>
/// <param name="Elapsed">Since decoding began.</param>
/// <param name="WaitingForAnotherRun">Another process builds the same cache; this one waits and then takes what that one made.</param>
public sealed record PresizeProgress(int Done, int Total, long BytesExpected, TimeSpan Elapsed, bool WaitingForAnotherRun = false)
{
    /// <summary>Photos per second so far; 0 before the first.</summary>
    public double ImagesPerSecond => Elapsed > TimeSpan.Zero ? Done / Elapsed.TotalSeconds : 0;

    /// <summary>The time left at this speed; null before the first photo.</summary>
    public TimeSpan? TimeLeft => ImagesPerSecond > 0 ? TimeSpan.FromSeconds((Total - Done) / ImagesPerSecond) : null;
}
