using PetBreeds.Batches;
using PetBreeds.Catalog;
using PetBreeds.Catalog.Pets;
using PetBreeds.Models;
using PetBreeds.Models.Weights;
using PetBreeds.Pixels;
using PetBreeds.Runtime;
using PetBreeds.Runtime.Downloads;
using TorchSharp;
using static TorchSharp.torch;

namespace PetBreeds.Training;

/// <summary>A configuration made real: photos found and presized, network built and filled, everything on its device, ready to train.</summary>
public sealed class TrainingSession : IDisposable
{
    private readonly PixelCache _cache;

    private TrainingSession(TrainConfig config, Device device, PhotoCatalog catalog, PixelCache cache, ImageClassifier model, StartingWeights weights)
    {
        (Config, Device, Catalog, _cache, Model, Weights) = (config, device, catalog, cache, model, weights);
        Preprocessing = new Preprocessing(config.Presize, config.Size, Normalization.ImageNet);
        Transform = new BatchTransform(config.Size, Preprocessing.Normalization);
        Training = Loader(Split.Train);
        Validation = Loader(Split.Valid);
        Options = new TrainerOptions { LabelSmoothing = config.LabelSmoothing };
    }

    /// <summary>What was asked for.</summary>
    public TrainConfig Config { get; }

    /// <summary>Where it is computed.</summary>
    public Device Device { get; }

    /// <summary>Photos, classes and splits.</summary>
    public PhotoCatalog Catalog { get; }

    /// <summary>Photos that could not be decoded and are left out.</summary>
    public IReadOnlyList<BadPhoto> BadPhotos => _cache.Bad;

    /// <summary>The network, on <see cref="Device"/>.</summary>
    public ImageClassifier Model { get; }

    /// <summary>What it started from.</summary>
    public StartingWeights Weights { get; }

    /// <summary>What is done to photos.</summary>
    public Preprocessing Preprocessing { get; }

    /// <summary>Loss and augmentation.</summary>
    public TrainerOptions Options { get; }

    /// <summary>Photos to learn from.</summary>
    public BatchLoader Training { get; }

    /// <summary>Photos to measure on.</summary>
    public BatchLoader Validation { get; }

    /// <summary>From windows to the network's input.</summary>
    public BatchTransform Transform { get; }

    /// <summary>Prepares a run. What can fail cheaply is looked at first; presizing, which takes time, comes last.</summary>
    /// <exception cref="UserException">Data, weights or device are not as they must be.</exception>
    public static TrainingSession Open(TrainConfig config, SetupProgress progress, CancellationToken cancel)
    {
        var device = Devices.Resolve(config.Device);
        var catalog = ReadCatalog(config, progress, cancel);
        manual_seed(config.Seed);
        var plan = Architecture.Named(config.Arch);
        var model = new ImageClassifier(plan, catalog.Classes.Count);
        var weights = StartingWeights.Load(model.Body, PretrainedWeights.Resolve(config.Weights, plan));
        model.to(device);
        PhotoSource[] photos = [.. catalog.Items.Select(item => new PhotoSource(item.Path, item.Name))];
        var cache = PixelCache.Open(photos, config.Presize, CacheFolder.Sub("pixels"), Environment.ProcessorCount, progress.Presize, cancel);
        return new TrainingSession(config, device, catalog, cache, model, weights);
    }

    /// <summary>A trainer around an optimizer.</summary>
    public Trainer Trainer(Adam optimizer) => new(Model, optimizer, Training, Validation, Transform, Device, Options);

    /// <summary>The phases of fine_tune at a rate or slice.</summary>
    /// <param name="rate">What to use for <c>--lr auto</c>.</param>
    public IReadOnlyList<Phase> Phases(double? rate = null)
    {
        var groups = Model.ParameterGroups.Count;
        if (rate is { } found)
            return FineTune.Phases(Config.Epochs, Config.FreezeEpochs, found, groups);
        var (low, high) = LearningRates.Parse(Config.Lr) ?? throw new ArgumentException($"no rate: {Config.Lr}", nameof(rate));
        return low is { } slow
            ? FineTune.Phases(Config.Epochs, Config.FreezeEpochs, (slow, high), groups)
            : FineTune.Phases(Config.Epochs, Config.FreezeEpochs, high, groups);
    }

    /// <summary>Frees the network and the mapped pixels.</summary>
    public void Dispose()
    {
        Transform.Dispose();
        Model.Dispose();
        _cache.Dispose();
    }

    private BatchLoader Loader(Split split)
    {
        var bad = BadPhotos.Select(photo => photo.Index).ToHashSet();
        var samples = Catalog.Items.Index().Where(entry => entry.Item.Split == split && !bad.Contains(entry.Index))
            .Select(entry => new Sample(entry.Index, entry.Item.Label, SeededRandom.Key(entry.Item.Name))).ToArray();
        return samples.Length > 0
            ? new BatchLoader(_cache, samples, Config.BatchSize, Config.Seed)
            : throw new UserException($"no photo of the {split.ToString().ToLowerInvariant()} split can be decoded", Catalog.Root,
                "Check that the files are whole.");
    }

    /// <summary>
    /// What must be downloaded before <see cref="Open"/>: the pets, or weights that have a name or an address. Nothing is downloaded here. Settings
    /// that cannot work are refused first, so that nobody waits for a download in vain.
    /// </summary>
    /// <exception cref="UserException">The device, the photos or the weights that are asked for do not exist.</exception>
    public static IReadOnlyList<DownloadPlan> Missing(TrainConfig config)
    {
        _ = Devices.Resolve(config.Device);
        var weights = PretrainedWeights.Missing(config.Weights, Architecture.Named(config.Arch));
        if (config.EffectiveData == DataFolder.Pets)
            return [.. new[] { PetsDataSet.Missing(), weights }.OfType<DownloadPlan>()];
        if (weights is not null && config.EffectiveData != DataFolder.Sample)
            _ = ReadCatalog(config, new SetupProgress(), CancellationToken.None);
        return weights is null ? [] : [weights];
    }

    /// <summary>The photos a configuration names, with labels and splits.</summary>
    /// <exception cref="UserException">There are none, or they are not as they must be.</exception>
    public static PhotoCatalog ReadCatalog(TrainConfig config, SetupProgress progress, CancellationToken cancel)
    {
        var data = config.EffectiveData;
        return PhotoCatalogReader.Read(new CatalogOptions
        {
            Data = data is null ? null : DataFolder.Resolve(data, progress.Sample, cancel),
            Labels = config.Labels,
            Split = config.Split,
            ValidFraction = config.ValidFraction,
            Seed = config.Seed,
            Stratify = config.Stratify,
            PhotoColumn = config.PhotoColumn,
            LabelColumn = config.LabelColumn,
            SplitColumn = config.SplitColumn,
        });
    }
}

/// <summary>Where the slow parts of the preparation report to.</summary>
/// <param name="Sample">Pictures of the sample data set drawn.</param>
/// <param name="Presize">Photos presized.</param>
public sealed record SetupProgress(IProgress<(int Done, int Total)>? Sample = null, IProgress<PresizeProgress>? Presize = null);

/// <summary>The weights a run started from.</summary>
/// <param name="Name">What --weights stood for: "imagenet-v2", a file or an address; null: random.</param>
/// <param name="Path">Null: random.</param>
/// <param name="Sha256">Of the file; null: random.</param>
public sealed record StartingWeights(string? Name, string? Path, string? Sha256)
{
    internal static StartingWeights Load(ResNet body, WeightChoice? choice)
    {
        if (choice is null)
            return new(null, null, null);
        using var file = WeightFile.Open(choice.Path);
        if (choice.Remote?.Hash is { } hash && !hash.Agrees(file.Sha256)) // put there by hand, or damaged since it was downloaded
            throw new UserException($"this is not the file it is named after: its SHA-256 is {file.Sha256}", choice.Path,
                "Delete it, and it can be downloaded again.");
        WeightLoading.LoadBody(body, file, choice.Path);
        return new(choice.Name, choice.Path, file.Sha256);
    }
}
