using PetBreeds.Batches;
using PetBreeds.Catalog;
using PetBreeds.Pixels;
using PetBreeds.Runtime;

namespace PetBreeds.Training;

/// <summary>The data side of a configuration made real: photos found, presized and ready to be drawn into batches. It needs no network and no weights.</summary>
public sealed class TrainingData : IDisposable
{
    private readonly PixelCache _cache;
    private readonly IReadOnlyList<PhotoItem> _photos;

    private TrainingData(TrainConfig config, PhotoCatalog catalog, IReadOnlyList<PhotoItem> photos, PixelCache cache)
    {
        (Config, Catalog, _photos, _cache) = (config, catalog, photos, cache);
        Preprocessing = new Preprocessing(config.Presize, config.Size, Normalization.ImageNet);
        Transform = new BatchTransform(config.Size, Preprocessing.Normalization);
        BadPhotos = [.. cache.Bad.Select(bad => (photos[bad.Index], bad.Reason))];
    }

    /// <summary>What was asked for.</summary>
    public TrainConfig Config { get; }

    /// <summary>Photos, classes and splits.</summary>
    public PhotoCatalog Catalog { get; }

    /// <summary>What is done to photos.</summary>
    public Preprocessing Preprocessing { get; }

    /// <summary>How far the augmentation goes.</summary>
    public AugmentOptions Augment { get; } = new();

    /// <summary>From windows to the network's input.</summary>
    public BatchTransform Transform { get; }

    /// <summary>Photos that could not be decoded and are left out, each with what is wrong with it.</summary>
    public IReadOnlyList<(PhotoItem Photo, string Reason)> BadPhotos { get; }

    /// <summary>The photos a configuration names, with labels and splits.</summary>
    /// <exception cref="UserException">There are none, or they are not as they must be.</exception>
    public static PhotoCatalog ReadCatalog(TrainConfig config, SetupProgress progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return PhotoCatalogReader.Read(CatalogOptions(config, progress.Sample, cancel));
    }

    /// <summary>What a configuration says of photos, labels and splits; the sample data set is drawn if it is asked for and not there.</summary>
    /// <exception cref="UserException">It names no photos, or the pets, which are not here.</exception>
    public static CatalogOptions CatalogOptions(TrainConfig config, IProgress<(int Done, int Total)>? sample, CancellationToken cancel)
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
            PhotoColumn = config.PhotoColumn,
            LabelColumn = config.LabelColumn,
            SplitColumn = config.SplitColumn,
            Exclude = config.Exclude,
        };
    }

    /// <summary>Some training photos of a catalog, drawn by the seed.</summary>
    public static IReadOnlyList<PhotoItem> SomeTraining(PhotoCatalog catalog, int count, int seed)
    {
        var photos = catalog.Of(Split.Train).ToArray();
        new SeededRandom(0x50E, (ulong)seed).Shuffle<PhotoItem>(photos);
        return [.. photos.Take(count)];
    }

    /// <summary>Presizes photos, where that was not done before, and maps their pixels.</summary>
    /// <param name="config">Sizes and seed.</param>
    /// <param name="catalog">From <see cref="ReadCatalog"/>.</param>
    /// <param name="progress">Told how far presizing is.</param>
    /// <param name="cancel">Looked at between photos.</param>
    /// <param name="photos">Some of the catalog's photos, where not all are needed; what is presized now is not presized again by a training.</param>
    /// <exception cref="UserException">The cache folder cannot be written.</exception>
    public static TrainingData Open(
        TrainConfig config, PhotoCatalog catalog, SetupProgress progress, CancellationToken cancel, IReadOnlyList<PhotoItem>? photos = null)
    {
        photos ??= catalog.Items;
        PhotoSource[] sources = [.. photos.Select(item => new PhotoSource(item.Path, item.Name))];
        var cache = PixelCache.Open(sources, config.Presize, CacheFolder.Sub("pixels"), Environment.ProcessorCount, progress.Presize, cancel);
        return new TrainingData(config, catalog, photos, cache);
    }

    /// <summary>The batches of one split.</summary>
    /// <param name="split">Which.</param>
    /// <param name="batchSize">Photos in a batch; null takes the configuration's.</param>
    /// <exception cref="UserException">None of its photos can be decoded.</exception>
    public BatchLoader Loader(Split split, int? batchSize = null)
    {
        var samples = Samples(split);
        return samples.Count > 0
            ? new BatchLoader(_cache, samples, batchSize ?? Config.BatchSize, Config.Seed)
            : throw new UserException($"no photo of the {split.ToString().ToLowerInvariant()} split can be decoded", Catalog.Root,
                "Check that the files are whole.");
    }

    /// <summary>Cuts the windows of chosen photos into one batch. Dispose it.</summary>
    /// <param name="samples">At least one.</param>
    /// <param name="draws">One for each.</param>
    public Batch Collate(IReadOnlyList<Sample> samples, IReadOnlyList<AugmentDraw> draws) =>
        new BatchLoader(_cache, samples, samples.Count, Config.Seed).Collate([.. samples], [.. draws]);

    /// <summary>The decoded photos of a split, in the catalog's order.</summary>
    public IReadOnlyList<Sample> Samples(Split split)
    {
        var bad = _cache.Bad.Select(photo => photo.Index).ToHashSet();
        return [.. _photos.Index().Where(entry => entry.Item.Split == split && !bad.Contains(entry.Index))
            .Select(entry => new Sample(entry.Index, entry.Item.Label, SeededRandom.Key(entry.Item.Name)))];
    }

    /// <summary>The photo behind a sample.</summary>
    public PhotoItem Photo(Sample sample) => _photos[sample.Photo];

    /// <summary>uint8 [H,W,3] of a sample, presized; valid until this is disposed.</summary>
    public ReadOnlySpan<byte> Pixels(Sample sample) => _cache.Pixels(sample.Photo);

    /// <summary>Unmaps the pixels.</summary>
    public void Dispose()
    {
        Transform.Dispose();
        _cache.Dispose();
    }
}

/// <summary>Where the slow parts of the preparation report to.</summary>
/// <param name="Sample">Pictures of the sample data set drawn.</param>
/// <param name="Presize">Photos presized.</param>
public sealed record SetupProgress(IProgress<(int Done, int Total)>? Sample = null, IProgress<PresizeProgress>? Presize = null);
