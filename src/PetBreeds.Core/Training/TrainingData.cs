using PetBreeds.Batches;
using PetBreeds.Batches.Augmentation;
using PetBreeds.Catalog;
using PetBreeds.Catalog.Reading;
using PetBreeds.Pixels;
using PetBreeds.Pixels.Cache;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Runtime;
using PetBreeds.Training.Configuration;
using static TorchSharp.torch;

namespace PetBreeds.Training;

/// <summary>
/// The data of a configuration: photos found, presized and ready to be drawn into batches. It needs no network and no weights.
/// </summary>
internal sealed class TrainingData : IDisposable
{
    private readonly PixelCache _cache;
    private readonly IReadOnlyList<PhotoItem> _photos;
    private readonly Lazy<Dictionary<string, int>> _indexes;

    private TrainingData(TrainOptions config, PhotoCatalog catalog, IReadOnlyList<PhotoItem> photos, PixelCache cache)
    {
        (Config, Catalog, _photos, _cache) = (config, catalog, photos, cache);
        _indexes = new(() => _photos.Index().ToDictionary(entry => entry.Item.Path, entry => entry.Index, StringComparer.Ordinal));
        Preprocessing = new Preprocessing(config.Presize, config.Size, Normalization.ImageNet);
        Augment = AugmentChoice.Of(config);
        Transform = new BatchTransform(config.Size, Preprocessing.Normalization, Augment.Steps);
    }

    /// <summary>The configuration.</summary>
    public TrainOptions Config { get; internal set; }

    /// <summary>Photos, classes and splits.</summary>
    public PhotoCatalog Catalog { get; }

    /// <summary>The sizes and normalisation of photos.</summary>
    public Preprocessing Preprocessing { get; }

    /// <summary>The options of the augmentation.</summary>
    public AugmentOptions Augment { get; }

    /// <summary>Turns windows into the network's input.</summary>
    public BatchTransform Transform { get; }

    /// <summary>Photos that have so far proved impossible to decode and are left out, each with the reason.</summary>
    public IReadOnlyList<(PhotoItem Photo, string Reason)> BadPhotos => [.. _cache.Bad.Select(bad => (_photos[bad.Index], bad.Reason))];

    /// <summary>What this run has to presize; null if nothing is missing.</summary>
    public PresizePlan? Presizing => _cache.Plan;

    /// <summary>The presizing that is left, as time on one core.</summary>
    internal TimeSpan PresizingLeft => _cache.Plan is { } plan ? plan.Work * ((double)_cache.Missing / plan.Photos) : TimeSpan.Zero;

    /// <summary>Finds the photos of a configuration, with labels and splits.</summary>
    /// <exception cref="UserException">There are no photos, or they are invalid.</exception>
    public static PhotoCatalog ReadCatalog(TrainOptions config, SetupProgress progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return PhotoCatalogReader.Read(CatalogOptions(config, progress.Sample, cancel));
    }

    /// <summary>
    /// The options of a configuration for photos, labels and splits; the sample data set is drawn if it is requested but missing.
    /// </summary>
    /// <exception cref="UserException">It names no photos, or it names the pets, which have not been downloaded.</exception>
    public static CatalogOptions CatalogOptions(TrainOptions config, IProgress<(int Done, int Total)>? sample, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(config);
        var data = config.EffectiveData;
        return new CatalogOptions
        {
            Data = data is null ? null : DataFolder.Resolve(data, sample, cancel),
            Labels = config.Labels,
            Split = config.Split,
            ValidFraction = config.ValidFraction,
            Seed = config.Seed,
            Stratify = config.Stratify,
            Encoding = config.Encoding,
            PhotoColumn = config.PhotoColumn,
            LabelColumn = config.LabelColumn,
            SplitColumn = config.SplitColumn,
            Exclude = config.Exclude,
            LabelDelim = config.LabelDelim,
            Cleaning = config.Cleaning,
        };
    }

    /// <summary>Draws some training photos of a catalog, by seed.</summary>
    public static IReadOnlyList<PhotoItem> SomeTraining(PhotoCatalog catalog, int count, int seed)
    {
        var photos = catalog.Of(Split.Train).ToArray();
        new SeededRandom(0x50E, (ulong)seed).Shuffle<PhotoItem>(photos);
        return [.. photos.Take(count)];
    }

    /// <summary>Opens the pixel cache. A photo that is not in it is presized and stored when it is first needed.</summary>
    /// <param name="config">The sizes and the seed.</param>
    /// <param name="catalog">The catalog from <see cref="ReadCatalog"/>.</param>
    /// <param name="photos">The catalog's photos to use, if not all are needed.</param>
    /// <param name="cache">The folder of the pixel cache; null for the default one.</param>
    /// <exception cref="UserException">The cache folder cannot be written to, or its disk is too full.</exception>
    public static TrainingData Open(TrainOptions config, PhotoCatalog catalog, IReadOnlyList<PhotoItem>? photos = null,
        string? cache = null)
    {
        photos ??= catalog.Items;
        PhotoSource[] sources = [.. photos.Select(item => new PhotoSource(item.Path, item.Name))];
        return new TrainingData(config, catalog, photos, PixelCache.Open(sources, config.Presize, cache ?? CacheFolder.Sub("pixels")));
    }

    /// <summary>Classes without a decodable validation photo; known after <see cref="RequireWholePhotos"/> has run.</summary>
    public IReadOnlyList<string> NotValidated { get; private set; } = [];

    /// <summary>
    /// Ensures that every class has a decodable training photo, and that there is a decodable validation photo. Photos decoded for this are
    /// stored as at their first use.
    /// </summary>
    /// <exception cref="UserException">A class has no such photo, so it could not be learned.</exception>
    public void RequireWholePhotos()
    {
        using var alone = new SingleThreadedTorch();
        var training = ByClass(Split.Train);
        if (WithoutWhole(training).FirstOrDefault(label => training[label].Any(), -1) is var lost and >= 0)
            throw NoneWhole([.. training[lost]], $"for training class '{Catalog.Classes[lost]}'");
        NotValidated = [.. WithoutWhole(ByClass(Split.Valid)).Select(label => Catalog.Classes[label])];
        int[] measured = [.. _photos.Index().Where(p => p.Item.Split == Split.Valid).Select(p => p.Index)];
        if (NotValidated.Count == Catalog.Classes.Count && measured.Length > 0 && !measured.Any(IsWhole))
            throw NoneWhole(measured, "for validation");
    }

    /// <summary>
    /// Presizes what is missing at once: several processes of one machine share the cache, of which only one can write.
    /// </summary>
    /// <param name="threads">Number of threads.</param>
    public void Presize(int threads)
    {
        using var alone = new SingleThreadedTorch();
        Parallel.For(0, _photos.Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, photo => IsWhole(photo));
        _cache.CatchUp();
    }

    private ILookup<int, int> ByClass(Split split) => _photos.Index().Where(p => p.Item.Split == split)
        .SelectMany(p => p.Item.Labels, (p, label) => (p.Index, Label: label)).ToLookup(p => p.Label, p => p.Index);

    private List<int> WithoutWhole(ILookup<int, int> photos) =>
        [.. Enumerable.Range(0, Catalog.Classes.Count).AsParallel().AsOrdered().Where(label => !photos[label].Any(IsWhole))];

    private bool IsWhole(int photo) => _cache.Read(photo, static (_, _, _) => { });

    private UserException NoneWhole(int[] photos, string what) =>
        new($"none of the {photos.Length} photos {what} can be decoded", _photos[photos[0]].Path,
            "Remove the class or give it intact photos.")
        { Next = NextStep.VerifyData };

    /// <summary>
    /// The batches of one split, suited to a device: a GPU augments whole batches itself; for a CPU, the loader's threads do it.
    /// </summary>
    /// <param name="split">The split.</param>
    /// <param name="device">The device of the network.</param>
    /// <param name="batchSize">Photos in a batch; null for the configured number.</param>
    /// <param name="share">What this process reads of each batch; null for everything.</param>
    /// <exception cref="UserException">The split has no photos.</exception>
    public BatchLoader Loader(Split split, Device device, int? batchSize = null, Share? share = null)
    {
        var samples = Samples(split);
        if (samples.Count == 0)
            throw new UserException($"no photo of the {split.ToString().ToLowerInvariant()} split can be decoded", Catalog.Root,
                "Check that the files are intact.");
        return new BatchLoader(_cache, samples, batchSize ?? Config.BatchSize, Config.Seed,
            BatchForm.For(device, Preprocessing, split == Split.Train ? Augment.Steps : AugmentSteps.Once),
            new BatchThreads(Environment.ProcessorCount, 2), split == Split.Train && Config.Sampling == SamplingMode.Balanced, share);
    }

    /// <summary>Batches of presized windows, not yet augmented.</summary>
    /// <param name="split">The split of the photos.</param>
    /// <param name="batchSize">Photos in a batch.</param>
    public BatchLoader Windows(Split split, int batchSize) => Windows(Samples(split), batchSize);

    /// <summary>Cuts the windows of the given photos into one batch. The caller disposes it.</summary>
    /// <param name="samples">At least one photo; all can be decoded.</param>
    /// <param name="draws">One draw per photo.</param>
    public Batch Collate(IReadOnlyList<Sample> samples, IReadOnlyList<AugmentParams> draws) => Windows(samples, samples.Count).Once(draws);

    /// <summary>The photos of a split, in the catalog's order.</summary>
    public IReadOnlyList<Sample> Samples(Split split) =>
        [.. _photos.Index().Where(entry => entry.Item.Split == split)
            .Select(entry => new Sample(entry.Index, entry.Item.Label, SeededRandom.Key(entry.Item.Name), Targets(entry.Item)))];

    /// <summary>The photo of a sample.</summary>
    public PhotoItem Photo(Sample sample) => _photos[sample.Photo];

    /// <summary>Passes a sample's presized pixels to a reader.</summary>
    /// <returns>False if the photo cannot be decoded.</returns>
    public bool Read(Sample sample, PixelReader read) => _cache.Read(sample.Photo, read);

    /// <summary>A copy of a photo's presized pixels; null if it is not one of these photos or cannot be decoded.</summary>
    public RgbImage? Presized(string path)
    {
        RgbImage? image = null;
        if (_indexes.Value.TryGetValue(path, out var i))
            _cache.Read(i, (width, height, pixels) => image = new RgbImage(width, height, pixels.ToArray()));
        return image;
    }

    private float[]? Targets(PhotoItem photo)
    {
        if (photo.Several is null)
            return null;
        var targets = new float[Catalog.Classes.Count];
        foreach (var label in photo.Several)
            targets[label] = 1;
        return targets;
    }

    private BatchLoader Windows(IReadOnlyList<Sample> samples, int batchSize) => new(
        _cache, samples, batchSize, Config.Seed, new WindowForm(Config.Presize, pinned: false),
        new BatchThreads(Environment.ProcessorCount, 1));

    /// <summary>Unmaps the pixels.</summary>
    public void Dispose()
    {
        Transform.Dispose();
        _cache.Dispose();
    }
}

/// <summary>Progress of the slow parts of the setup.</summary>
/// <param name="Sample">Receives how many pictures of the sample data set have been drawn.</param>
internal sealed record SetupProgress(IProgress<(int Done, int Total)>? Sample = null);
