namespace PetBreeds.Training.Benchmarks;

/// <summary>The cost of one stage of training.</summary>
/// <param name="Name">One of decode, presize, read, augment, forward, backward, optimizer.</param>
/// <param name="Milliseconds">Time per photo: on one core for stages that the CPU runs ahead, otherwise on the device.</param>
/// <param name="ImagesPerSecond">Throughput with all cores, or of the device.</param>
/// <param name="Share">
/// Share of the time available per photo at the bound; stages run ahead cost nothing as long as they overlap with the network.
/// </param>
/// <param name="Once">Whether the stage runs only once for each photo.</param>
internal sealed record BenchStage(string Name, double Milliseconds, double ImagesPerSecond, double Share, bool Once);

/// <summary>A speed relative to the bound, measured in alternating turns.</summary>
/// <param name="ImagesPerSecond">End-to-end throughput.</param>
/// <param name="Ratio">Ratio to the speed of the same steps on one resident batch, over all turns.</param>
/// <param name="Turns">The ratio of each turn.</param>
internal sealed record BenchRatio(double ImagesPerSecond, double Ratio, IReadOnlyList<double> Turns);

/// <summary>Where the time of training goes.</summary>
/// <param name="Stages">The stages, in the order in which a photo passes through them.</param>
/// <param name="Bound">Images per second of whole steps on one resident batch: what the network's arithmetic allows.</param>
/// <param name="Later">From the second epoch on, when pixels come from the cache.</param>
/// <param name="First">The first epoch, with an empty cache; null if it was not requested.</param>
/// <param name="Bottleneck">The bottleneck, in one sentence.</param>
/// <param name="AllocatedPerStep">Managed bytes allocated per step, end to end from the cache, by all threads.</param>
/// <param name="PeakBytes">Peak resident memory of the process so far.</param>
/// <param name="PeakOfDataPath">By how much the data path raised the peak above that of steps on the resident batch.</param>
internal sealed record BenchReport(
    IReadOnlyList<BenchStage> Stages, double Bound, BenchRatio Later, BenchRatio? First, string Bottleneck, long AllocatedPerStep,
    long PeakBytes,
    long PeakOfDataPath);
