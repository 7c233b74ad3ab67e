using PetBreeds.Batches;
using PetBreeds.Catalog;
using PetBreeds.Catalog.Pets;
using PetBreeds.Models;
using PetBreeds.Pixels;
using PetBreeds.Runtime;
using PetBreeds.Runtime.Downloads;
using PetBreeds.Training.Checkpoints;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Heads;
using PetBreeds.Training.Losses;
using PetBreeds.Training.Optimizers;
using PetBreeds.Training.Regularization;
using PetBreeds.Training.Schedules;
using PetBreeds.Training.Steps;
using static TorchSharp.torch;

namespace PetBreeds.Training;

/// <summary>
/// A configuration made real: photos found and presized, network built and filled, everything on its device, ready to train.
/// </summary>
internal sealed class TrainingSession : IDisposable
{
    private TrainingSession(TrainingData data, Compute compute, ImageClassifier model, StartingWeights weights)
    {
        (Data, Compute, Model, Weights) = (data, compute, model, weights);
        Training = data.Loader(Split.Train, Device, Config.BatchSize * Config.GradAccum);
        Validation = data.Loader(Split.Valid, Device);
        MicroBatches = new MicroBatches(Config.BatchSize);
        Options = new LoopOptions
        {
            Loss = Config.Loss,
            LabelSmoothing = Config.LabelSmoothing,
            ClassWeights = Config.ClassWeights == ClassWeighting.Balanced
        ? ClassBalance.Weights([.. data.Catalog.Of(Split.Train).Select(photo => photo.Label)], data.Catalog.Classes.Count)
        : null,
            Mixing = new MixOptions(Config.Mixup, Config.CutMix),
            EmaDecay = Config.Ema,
            Augment = data.Augment,
            Seed = Config.Seed,
            Recover = Config.OnNan == NonFiniteAction.Recover,
            ReadEvery = DeviceTraits.Of(Device).ReadEvery,
        };
        Learner = new Learner(model, compute, Transform, MicroBatches, Options);
        Head = Plan.Solves ? new HeadStart(model, Learner, Training, Config, Options) : null;
    }

    /// <summary>Photos, presized, and how batches are drawn from them.</summary>
    public TrainingData Data { get; }

    /// <summary>What was asked for; a batch size that was to be found, and what the recipe chooses, is set.</summary>
    public TrainOptions Config => Data.Config;

    /// <summary>What the recipe left open, decided.</summary>
    public RecipePlan Plan => RecipePlan.Of(Config);

    /// <summary>Solves the head; null where the plan says that it is not.</summary>
    public HeadStart? Head { get; }

    /// <summary>Where it is computed, and how.</summary>
    public Compute Compute { get; }

    /// <summary>Where it is computed.</summary>
    public Device Device => Compute.Device;

    /// <summary>How many photos go through the network at once, in all of the session's trainers.</summary>
    public MicroBatches MicroBatches { get; }

    /// <summary>What trainers, finder and pace meter share.</summary>
    internal Learner Learner { get; }

    /// <summary>Photos, classes and splits.</summary>
    public PhotoCatalog Catalog => Data.Catalog;

    /// <summary>The network, on <see cref="Device"/>.</summary>
    public ImageClassifier Model { get; }

    /// <summary>What it started from.</summary>
    public StartingWeights Weights { get; }

    /// <summary>What is done to photos.</summary>
    public Preprocessing Preprocessing => Data.Preprocessing;

    /// <summary>Loss and augmentation.</summary>
    public LoopOptions Options { get; }

    /// <summary>Photos to learn from.</summary>
    public BatchLoader Training { get; }

    /// <summary>Photos to measure on.</summary>
    public BatchLoader Validation { get; }

    /// <summary>From windows to the network's input.</summary>
    public BatchTransform Transform => Data.Transform;

    /// <summary>Prepares a run. What can fail cheaply is looked at first; presizing, which takes time, comes last.</summary>
    /// <exception cref="UserException">Data, weights or device are not as they must be.</exception>
    /// <param name="config">What was asked for.</param>
    /// <param name="progress">Told of what takes time.</param>
    /// <param name="cancel">Stops it.</param>
    /// <param name="resumed">Where the run is gone on with: the network's weights will come from its checkpoint.</param>
    public static TrainingSession Open(TrainOptions config, SetupProgress progress, CancellationToken cancel, RunIdentity? resumed = null)
    {
        RequireFit(config);
        var compute = Compute.Choose(Devices.Resolve(config.Device), config.Precision);
        var catalog = TrainingData.ReadCatalog(config, progress, cancel);
        resumed?.Data.RequireSame(DataPrint.Of(catalog));
        return Open(config, catalog, compute, resumed);
    }

    /// <summary>The same for photos that are known.</summary>
    /// <exception cref="UserException">Weights or device are not as they must be.</exception>
    public static TrainingSession Open(TrainOptions config, PhotoCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(config);
        RequireFit(config);
        return Open(config, catalog, Compute.Choose(Devices.Resolve(config.Device), config.Precision), null);
    }

    private static TrainingSession Open(TrainOptions config, PhotoCatalog catalog, Compute compute, RunIdentity? resumed)
    {
        if (config.Deterministic)
            Determinism.Set(true);
        config = Recipe.Decide(config, catalog.Of(Split.Train).Count);
        manual_seed(config.Seed);
        var (plan, how) = (config.Architecture, RecipePlan.Of(config));
        var model = new ImageClassifier(plan, catalog.Classes.Count, how.Head)
        {
            KeepsStatistics = how.KeepsNorms,
            KeepsEarly = how.KeepsEarly
        };
        if (config.Loss == LossKind.BinaryCrossEntropy)
            model.StartAt(catalog.Of(Split.Train).Average(photo => (double)photo.Labels.Count) / catalog.Classes.Count);
        var weights = resumed?.Weights ?? StartingWeights.Load(model.Body, PretrainedWeights.Resolve(config.Weights, plan));
        compute.Place(model);
        if (config.AutoBatchSize)
        {
            var fits = BatchSizeChoice.Largest(model, compute, config, catalog.Of(Split.Train).Count);
            config = config with { AutoBatchSize = false, BatchSize = fits };
        }
        var data = TrainingData.Open(config, catalog);
        try
        {
            data.RequireWholePhotos();
            return new TrainingSession(data, compute, model, weights);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    /// <summary>A trainer around an optimizer. Dispose it.</summary>
    /// <param name="optimizer">Over the model's groups.</param>
    /// <param name="checkpoints">Null saves none.</param>
    public Trainer Trainer(Adam optimizer, CheckpointOptions? checkpoints = null) =>
        new(Learner, Model, optimizer, Training, Validation, Options, checkpoints, Head);

    /// <summary>Single steps around an optimizer, of which nobody keeps count. Dispose it.</summary>
    internal TrainStep Step(Adam optimizer) => new(Learner, optimizer, Options);

    /// <summary>What makes this run that run, for its checkpoints.</summary>
    /// <param name="rate">The rate of <c>lr auto</c>; else null.</param>
    public RunIdentity Identity(double? rate) => new(Setting.Texts(Config.WithFullPaths()), DataPrint.Of(Catalog), Weights, rate);

    /// <summary>The phases of fine_tune at a rate or slice.</summary>
    /// <param name="rate">What to use for <c>lr auto</c>.</param>
    public IReadOnlyList<Phase> Phases(double? rate = null)
    {
        var groups = Model.ParameterGroups.Count;
        var (low, high) = rate is { } found
            ? (null, found)
            : LearningRates.Parse(Plan.Lr) ?? throw new ArgumentException($"no rate: {Plan.Lr}", nameof(rate));
        if (low is null && Weights.Path is null)
            (low, high) = (high / 2, high / 2); // random early layers hold nothing to protect: all learn at the rate of the head
        var phases = low is { } slow
            ? FineTune.Phases(Plan.Epochs, Plan.FreezeEpochs, (slow, high), groups)
            : FineTune.Phases(Plan.Epochs, Plan.FreezeEpochs, high, groups);
        return Config.Steps is null ? phases : [.. phases.Select(phase => phase.Frozen ? phase : phase with { Steps = RequireSteps() })];
    }

    /// <summary>Replaces the time that was asked for by the epochs and steps planned for it.</summary>
    /// <param name="planned">This session's configuration with the plan in it.</param>
    internal void Adopt(TrainOptions planned) => Data.Config = planned;

    private int RequireSteps()
    {
        var (steps, batches) = (Config.Steps!.Value, Training.TrainBatches);
        return steps > (Plan.Epochs - 1) * batches && steps <= Plan.Epochs * batches ? steps : throw new UserException(
            $"{steps} steps are not {Plan.Epochs} epochs of {batches} steps with the last one cut short", "`steps`",
            "The plan was made for other photos or another batch size: leave out `steps`, or plan again with `time`.");
    }

    /// <summary>Frees the network and the mapped pixels.</summary>
    public void Dispose()
    {
        Learner.Dispose();
        Model.Dispose();
        Data.Dispose();
    }

    private static void RequireFit(TrainOptions config)
    {
        config.RequireValid();
        _ = Recipe.Decide(config, photos: 1); // what does not fit together does not with any number of photos
        if (config.LabelDelim is not null && config.Loss != LossKind.BinaryCrossEntropy)
            throw new UserException("`label-delim` gives photos several labels, but `loss ce` needs exactly one", null, "Add `loss bce`.");
        if (config.LabelDelim is not null && (config.ClassWeights == ClassWeighting.Balanced || config.Sampling == SamplingMode.Balanced))
            throw new UserException("`class-weights` and `sampling` need exactly one class per photo", null,
                "Leave them out with `label-delim`.");
    }

    /// <summary>
    /// What must be downloaded before a session is opened: the pets, or weights that have a name or an address. Nothing is downloaded here.
    /// Settings that cannot work are refused first, so that nobody waits for a download in vain.
    /// </summary>
    /// <param name="config">What was asked for.</param>
    /// <param name="resumed">Whether a checkpoint brings the weights: then none are downloaded.</param>
    /// <exception cref="UserException">The device, the photos or the weights that are asked for do not exist.</exception>
    public static IReadOnlyList<DownloadPlan> Missing(TrainOptions config, bool resumed = false)
    {
        RequireFit(config);
        _ = Compute.Choose(Devices.Resolve(config.Device), config.Precision);
        var weights = resumed ? null : PretrainedWeights.Missing(config.Weights, config.Architecture);
        if (config.EffectiveData == DataFolder.Pets)
            return [.. new[] { PetsDataSet.Missing(), weights }.OfType<DownloadPlan>()];
        if (weights is not null && config.EffectiveData != DataFolder.Sample)
            _ = TrainingData.ReadCatalog(config, new SetupProgress(), CancellationToken.None);
        return weights is null ? [] : [weights];
    }
}
