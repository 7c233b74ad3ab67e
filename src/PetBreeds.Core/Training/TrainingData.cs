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
/// The data side of a configuration made real: photos found, presized and ready to be drawn into batches. It needs no network and no
/// weights.
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

    /// <summary>What was asked for.</summary>
    public TrainOptions Config { get; internal set; }

    /// <summary>Photos, classes and splits.</summary>
    public PhotoCatalog Catalog { get; }

    /// <summary>What is done to photos.</summary>
    public Preprocessing Preprocessing { get; }

    /// <summary>How far the augmentation goes.</summary>
    public AugmentOptions Augment { get; }

    /// <summary>From windows to the network's input.</summary>
    public BatchTransform Transform { get; }

    /// <summary>Photos that were found so far not to be decodable and are left out, each with what is wrong with it.</summary>
    public IReadOnlyList<(PhotoItem Photo, string Reason)> BadPhotos => [.. _cache.Bad.Select(bad => (_photos[bad.Index], bad.Reason))];

    /// <summary>What is presized in the course of this run; null where all is there.</summary>
    public PresizePlan? Presizing => _cache.Plan;

    /// <summary>What is left of that now, as work of one core.</summary>
    internal TimeSpan PresizingLeft => _cache.Plan is { } plan ? plan.Work * ((double)_cache.Missing / plan.Photos) : TimeSpan.Zero;

    /// <summary>The photos a configuration names, with labels and splits.</summary>
    /// <exception cref="UserException">There are none, or they are not as they must be.</exception>
    public static PhotoCatalog ReadCatalog(TrainOptions config, SetupProgress progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return PhotoCatalogReader.Read(CatalogOptions(config, progress.Sample, cancel));
    }

    /// <summary>
    /// What a configuration says of photos, labels and splits; the sample data set is drawn if it is asked for and not there.
    /// </summary>
    /// <exception cref="UserException">It names no photos, or the pets, which are not here.</exception>
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

    /// <summary>Some training photos of a catalog, drawn by the seed.</summary>
    public static IReadOnlyList<PhotoItem> SomeTraining(PhotoCatalog catalog, int count, int seed)
    {
        var photos = catalog.Of(Split.Train).ToArray();
        new SeededRandom(0x50E, (ulong)seed).Shuffle<PhotoItem>(photos);
        return [.. photos.Take(count)];
    }

    /// <summary>Opens the pixel cache. A photo that is not in it is presized when it is first needed, and kept.</summary>
    /// <param name="config">Sizes and seed.</param>
    /// <param name="catalog">From <see cref="ReadCatalog"/>.</param>
    /// <param name="photos">Some of the catalog's photos, where not all are needed.</param>
    /// <param name="cache">The folder of the pixel cache; null takes the program's own.</param>
    /// <exception cref="UserException">The cache folder cannot be written, or its disk is too full.</exception>
    public static TrainingData Open(TrainOptions config, PhotoCatalog catalog, IReadOnlyList<PhotoItem>? photos = null,
        string? cache = null)
    {
        photos ??= catalog.Items;
        PhotoSource[] sources = [.. photos.Select(item => new PhotoSource(item.Path, item.Name))];
        return new TrainingData(config, catalog, photos, PixelCache.Open(sources, config.Presize, cache ?? CacheFolder.Sub("pixels")));
    }

    /// <summary>Classes without a photo to validate on that decodes; known once <see cref="RequireWholePhotos"/> was asked.</summary>
    public IReadOnlyList<string> NotValidated { get; private set; } = [];

    /// <summary>
    /// Makes sure that every class has a photo to train on that decodes, and that there is one to validate on. What is decoded for this is
    /// kept, as at the first use.
    /// </summary>
    /// <exception cref="UserException">A class has none: it could not be learned.</exception>
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
    /// The batches of one split, as a device wants them: a GPU augments whole batches itself, for a CPU the loader's threads do it.
    /// </summary>
    /// <param name="split">Which.</param>
    /// <param name="device">Where the network runs.</param>
    /// <param name="batchSize">Photos in a batch; null takes the configuration's.</param>
    /// <exception cref="UserException">The split has no photos.</exception>
    public BatchLoader Loader(Split split, Device device, int? batchSize = null)
    {
        var samples = Samples(split);
        if (samples.Count == 0)
            throw new UserException($"no photo of the {split.ToString().ToLowerInvariant()} split can be decoded", Catalog.Root,
                "Check that the files are intact.");
        return new BatchLoader(_cache, samples, batchSize ?? Config.BatchSize, Config.Seed,
            BatchForm.For(device, Preprocessing, split == Split.Train ? Augment.Steps : AugmentSteps.Once),
            new BatchThreads(Environment.ProcessorCount, 2), balanced: split == Split.Train && Config.Sampling == SamplingMode.Balanced);
    }

    /// <summary>Batches of presized windows, with nothing done to them yet.</summary>
    /// <param name="split">Whose photos.</param>
    /// <param name="batchSize">Photos in a batch.</param>
    public BatchLoader Windows(Split split, int batchSize) => Windows(Samples(split), batchSize);

    /// <summary>Cuts the windows of chosen photos into one batch. Dispose it.</summary>
    /// <param name="samples">At least one; they can be decoded.</param>
    /// <param name="draws">One for each.</param>
    public Batch Collate(IReadOnlyList<Sample> samples, IReadOnlyList<AugmentParams> draws) => Windows(samples, samples.Count).Once(draws);

    /// <summary>The photos of a split, in the catalog's order.</summary>
    public IReadOnlyList<Sample> Samples(Split split) =>
        [.. _photos.Index().Where(entry => entry.Item.Split == split)
            .Select(entry => new Sample(entry.Index, entry.Item.Label, SeededRandom.Key(entry.Item.Name), Targets(entry.Item)))];

    /// <summary>The photo behind a sample.</summary>
    public PhotoItem Photo(Sample sample) => _photos[sample.Photo];

    /// <summary>Shows a sample's presized pixels.</summary>
    /// <returns>False where the photo cannot be decoded.</returns>
    public bool Read(Sample sample, PixelReader read) => _cache.Read(sample.Photo, read);

    /// <summary>A copy of a photo's presized pixels; null where it is none of these photos or cannot be decoded.</summary>
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

/// <summary>Where the slow parts of the preparation report to.</summary>
/// <param name="Sample">Pictures of the sample data set drawn.</param>
internal sealed record SetupProgress(IProgress<(int Done, int Total)>? Sample = null);
