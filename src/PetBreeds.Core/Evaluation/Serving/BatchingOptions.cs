namespace PetBreeds.Evaluation.Serving;

/// <summary>How photos that come together are answered together.</summary>
public sealed record BatchingOptions
{
    /// <summary>
    /// The most photos that go through the network at once; 1 to 1024. On a processor larger batches cost more for each photo (memory of
    /// more than 32 MB is fetched from the system for every layer anew); on a GPU 32 or 64 pay.
    /// </summary>
    public int MaxBatch { get; init; } = 8;

    /// <summary>
    /// How long a decoded photo waits for others when its batch is not full; 0 to 10 minutes. While the network is busy photos wait anyway,
    /// so that a few milliseconds are enough.
    /// </summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>The most photos that are waiting, being decoded or being answered; more are refused. 1 to 100,000.</summary>
    public int MaxQueue { get; init; } = 256;

    /// <summary>Threads that decode; 1 to 256.</summary>
    public int DecodeThreads { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// The most pixels a photo may have; 1 to 178,956,970. Of those that a thread decodes, up to seven bytes each are in memory
    /// for a moment.
    /// </summary>
    public long MaxPixels { get; init; } = 50_000_000;

    /// <returns>Itself.</returns>
    /// <exception cref="UserException">Names every value that is out of range.</exception>
    internal BatchingOptions Validated()
    {
        List<string> wrong = [];
        void Check(string name, double value, double least, double most)
        {
            if (!(value >= least && value <= most))
                wrong.Add(FormattableString.Invariant($"{name} is {value}, but must be {least} to {most}"));
        }
        Check("max batch", MaxBatch, 1, 1024);
        Check("max wait in seconds", MaxWait.TotalSeconds, 0, 600);
        Check("max queue", MaxQueue, 1, 100_000);
        Check("decode threads", DecodeThreads, 1, 256);
        Check("max pixels", MaxPixels, 1, Pixels.Decoding.PhotoDecoder.MaxPixels);
        return wrong.Count == 0
            ? this
            : throw new UserException($"batching cannot work so: {string.Join("; ", wrong)}", remedy: "Choose values in these ranges.");
    }
}
