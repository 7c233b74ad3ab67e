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
    private TrainingSession(TrainingData data, Compute compute, ImageClassifier model, StartingWeights weights)
    {
        (Data, Compute, Model, Weights) = (data, compute, model, weights);
        Training = data.Loader(Split.Train, Device, Config.BatchSize * Config.GradAccum);
        Validation = data.Loader(Split.Valid, Device);
        BatchSplit = new BatchSplit(Config.BatchSize);
        Options = new TrainerOptions
        {
            LabelSmoothing = Config.LabelSmoothing,
            Augment = data.Augment,
            Seed = Config.Seed,
            ReadEvery = Device.type == DeviceType.CPU ? 1 : 16,
        };
    }

    /// <summary>Photos, presized, and how batches are drawn from them.</summary>
    public TrainingData Data { get; }

    /// <summary>What was asked for; a batch size that was to be found is set.</summary>
    public TrainConfig Config => Data.Config;

    /// <summary>Where it is computed, and how.</summary>
    public Compute Compute { get; }

    /// <summary>Where it is computed.</summary>
    public Device Device => Compute.Device;

    /// <summary>How many photos go through the network at once, in all of the session's trainers.</summary>
    public BatchSplit BatchSplit { get; }

    /// <summary>Photos, classes and splits.</summary>
    public PhotoCatalog Catalog => Data.Catalog;

    /// <summary>The network, on <see cref="Device"/>.</summary>
    public ImageClassifier Model { get; }

    /// <summary>What it started from.</summary>
    public StartingWeights Weights { get; }

    /// <summary>What is done to photos.</summary>
    public Preprocessing Preprocessing => Data.Preprocessing;

    /// <summary>Loss and augmentation.</summary>
    public TrainerOptions Options { get; }

    /// <summary>Photos to learn from.</summary>
    public BatchLoader Training { get; }

    /// <summary>Photos to measure on.</summary>
    public BatchLoader Validation { get; }

    /// <summary>From windows to the network's input.</summary>
    public BatchTransform Transform => Data.Transform;

    /// <summary>Prepares a run. What can fail cheaply is looked at first; presizing, which takes time, comes last.</summary>
    /// <exception cref="UserException">Data, weights or device are not as they must be.</exception>
    public static TrainingSession Open(TrainConfig config, SetupProgress progress, CancellationToken cancel)
    {
        var compute = Compute.Choose(Devices.Resolve(config.Device), config.Precision);
        return Open(config, TrainingData.ReadCatalog(config, progress, cancel), compute);
    }

    /// <summary>The same for photos that are known.</summary>
    /// <exception cref="UserException">Weights or device are not as they must be.</exception>
    public static TrainingSession Open(TrainConfig config, PhotoCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(config);
        return Open(config, catalog, Compute.Choose(Devices.Resolve(config.Device), config.Precision));
    }

    private static TrainingSession Open(TrainConfig config, PhotoCatalog catalog, Compute compute)
    {
        manual_seed(config.Seed);
        var plan = Architecture.Named(config.Arch);
        var model = new ImageClassifier(plan, catalog.Classes.Count);
        var weights = StartingWeights.Load(model.Body, PretrainedWeights.Resolve(config.Weights, plan));
        compute.Place(model);
        if (config.AutoBatchSize)
        {
            var fits = BatchSizeChoice.Largest(model, compute, config, catalog.Of(Split.Train).Count);
            config = config with { AutoBatchSize = false, BatchSize = fits };
        }
        return new TrainingSession(TrainingData.Open(config, catalog), compute, model, weights);
    }

    /// <summary>A trainer around an optimizer. Dispose it.</summary>
    public Trainer Trainer(Adam optimizer) => new(Model, optimizer, Training, Validation, Transform, Compute, BatchSplit, Options);

    /// <summary>The phases of fine_tune at a rate or slice.</summary>
    /// <param name="rate">What to use for <c>--lr auto</c>.</param>
    public IReadOnlyList<Phase> Phases(double? rate = null)
    {
        var groups = Model.ParameterGroups.Count;
        var (low, high) = rate is { } found
            ? (null, found)
            : LearningRates.Parse(Config.Lr) ?? throw new ArgumentException($"no rate: {Config.Lr}", nameof(rate));
        if (low is null && Weights.Path is null)
            (low, high) = (high / 2, high / 2); // random early layers hold nothing to protect: all learn at the rate of the head
        return low is { } slow
            ? FineTune.Phases(Config.Epochs, Config.FreezeEpochs, (slow, high), groups)
            : FineTune.Phases(Config.Epochs, Config.FreezeEpochs, high, groups);
    }

    /// <summary>Frees the network and the mapped pixels.</summary>
    public void Dispose()
    {
        Model.Dispose();
        Data.Dispose();
    }

    /// <summary>
    /// What must be downloaded before <see cref="Open(TrainConfig, SetupProgress, CancellationToken)"/>: the pets, or weights that have a name or an address. Nothing is downloaded here. Settings
    /// that cannot work are refused first, so that nobody waits for a download in vain.
    /// </summary>
    /// <exception cref="UserException">The device, the photos or the weights that are asked for do not exist.</exception>
    public static IReadOnlyList<DownloadPlan> Missing(TrainConfig config)
    {
        _ = Compute.Choose(Devices.Resolve(config.Device), config.Precision);
        var weights = PretrainedWeights.Missing(config.Weights, Architecture.Named(config.Arch));
        if (config.EffectiveData == DataFolder.Pets)
            return [.. new[] { PetsDataSet.Missing(), weights }.OfType<DownloadPlan>()];
        if (weights is not null && config.EffectiveData != DataFolder.Sample)
            _ = TrainingData.ReadCatalog(config, new SetupProgress(), CancellationToken.None);
        return weights is null ? [] : [weights];
    }
}

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
