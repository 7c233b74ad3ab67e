namespace PetBreeds.Training.Benchmarks;

/// <summary>What one part of training costs.</summary>
/// <param name="Name">decode, presize, read, augment, forward, backward, optimizer.</param>
/// <param name="Milliseconds">A photo, on one core for the parts the processor does ahead, else on the device.</param>
/// <param name="ImagesPerSecond">With all cores, or the device.</param>
/// <param name="Share">
/// Of the time a photo has at the bound; parts done ahead are not seen as long as they fit in beside the network.
/// </param>
/// <param name="Once">Whether it is done only once in a photo's life.</param>
internal sealed record BenchStage(string Name, double Milliseconds, double ImagesPerSecond, double Share, bool Once);

/// <summary>A speed beside the bound, measured in turns.</summary>
/// <param name="ImagesPerSecond">End to end.</param>
/// <param name="Ratio">To the same steps on one resident batch, over all turns.</param>
/// <param name="Turns">The ratio of each turn.</param>
internal sealed record BenchRatio(double ImagesPerSecond, double Ratio, IReadOnlyList<double> Turns);

/// <summary>Where the time of a training goes.</summary>
/// <param name="Stages">In the order a photo goes through them.</param>
/// <param name="Bound">Images a second of whole steps on one batch that stays where it is: what the network's arithmetic allows.</param>
/// <param name="Later">From the second epoch: pixels come from the cache.</param>
/// <param name="First">The first epoch, with an empty cache; null if it was not asked for.</param>
/// <param name="Bottleneck">One sentence.</param>
/// <param name="AllocatedPerStep">Managed bytes, end to end from the cache, all threads.</param>
/// <param name="PeakBytes">Most resident memory of the process so far.</param>
/// <param name="PeakOfDataPath">By how much the data path raised it over that of steps on the resident batch.</param>
internal sealed record BenchReport(
    IReadOnlyList<BenchStage> Stages, double Bound, BenchRatio Later, BenchRatio? First, string Bottleneck, long AllocatedPerStep,
    long PeakBytes,
    long PeakOfDataPath);
