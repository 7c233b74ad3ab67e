using PetBreeds.Batches;
using PetBreeds.Catalog;
using PetBreeds.Catalog.Pets;
using PetBreeds.Distributed;
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

/// <summary>A configuration set up to train: photos found and presized, network built and initialised, everything on its device.</summary>
internal sealed class TrainingSession : IDisposable
{
    private TrainingSession(TrainingData data, Compute compute, ImageClassifier model, StartingWeights weights, IProcessGroup group)
    {
        (Data, Compute, Model, Weights) = (data, compute, model, weights);
        var share = new Share(group.Rank, group.Size);
        Training = data.Loader(Split.Train, Device, Config.BatchSize * Config.GradAccum, share);
        Validation = data.Loader(Split.Valid, Device, share: share);
        MicroBatches = new MicroBatches(Config.BatchSize); // not its share: a run may be resumed by fewer processes
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
            ReducePrecision = Config.ReducePrecision,
            ReadEvery = DeviceTraits.Of(Device).ReadEvery,
        };
        Learner = new Learner(model, compute, Transform, MicroBatches, Options, group);
        Head = Plan.Solves ? new HeadStart(model, Learner, Training, Config, Options) : null;
    }

    /// <summary>The presized photos, and the batches drawn from them.</summary>
    public TrainingData Data { get; }

    /// <summary>The configuration, including the batch size that was found and what the recipe chose.</summary>
    public TrainOptions Config => Data.Config;

    /// <summary>The settings that the recipe decided.</summary>
    public RecipePlan Plan => RecipePlan.Of(Config);

    /// <summary>Solves the head; null if the plan does not include that.</summary>
    public HeadStart? Head { get; }

    /// <summary>The device and precision.</summary>
    public Compute Compute { get; }

    /// <summary>The device.</summary>
    public Device Device => Compute.Device;

    /// <summary>The processes that train together.</summary>
    public IProcessGroup Group => Learner.Group;

    /// <summary>How many photos go through the network at once, for all trainers of the session.</summary>
    public MicroBatches MicroBatches { get; }

    /// <summary>The learner shared by trainers, finder and pace meter.</summary>
    internal Learner Learner { get; }

    /// <summary>Photos, classes and splits.</summary>
    public PhotoCatalog Catalog => Data.Catalog;

    /// <summary>The network, on <see cref="Device"/>.</summary>
    public ImageClassifier Model { get; }

    /// <summary>The weights it started from.</summary>
    public StartingWeights Weights { get; }

    /// <summary>The sizes and normalisation of photos.</summary>
    public Preprocessing Preprocessing => Data.Preprocessing;

    /// <summary>The options of the training loop.</summary>
    public LoopOptions Options { get; }

    /// <summary>The training photos.</summary>
    public BatchLoader Training { get; }

    /// <summary>The validation photos.</summary>
    public BatchLoader Validation { get; }

    /// <summary>Turns windows into the network's input.</summary>
    public BatchTransform Transform => Data.Transform;

    /// <summary>Prepares a run. Cheap checks come first; presizing, which takes time, comes last.</summary>
    /// <exception cref="UserException">The data, the weights or the device cannot be used.</exception>
    /// <param name="config">The configuration.</param>
    /// <param name="progress">Receives the progress of slow parts.</param>
    /// <param name="cancel">Stops the preparation.</param>
    /// <param name="resumed">The identity of a run to resume: the network's weights will come from its checkpoint.</param>
    /// <param name="group">The processes that train together, each of which opens a session; null for this one alone.</param>
    public static TrainingSession Open(TrainOptions config, SetupProgress progress, CancellationToken cancel, RunIdentity? resumed = null,
        IProcessGroup? group = null)
    {
        group ??= SingleProcess.Instance;
        var catalog = ReadCatalog(config, group, progress, cancel);
        resumed?.Data.RequireSame(DataPrint.Of(catalog));
        return Open(config, catalog, Place(config, group), resumed, group);
    }

    /// <summary>Reads the photos' catalog. Several processes make sure that they have the same settings and photos.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="group">The processes, all of which call this method.</param>
    /// <param name="progress">Receives the progress of slow parts.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="UserException">The settings or the data cannot be used, or a process has others.</exception>
    public static PhotoCatalog ReadCatalog(TrainOptions config, IProcessGroup group, SetupProgress progress, CancellationToken cancel)
    {
        RequireFit(config);
        var compute = Place(config, group);
        if (group.Size > 1)
            Agreement.OnSettings(group, config, compute);
        if (group.Rank > 0)
            group.Barrier(); // until rank 0 has drawn what was missing
        var catalog = TrainingData.ReadCatalog(config, progress, cancel);
        if (group.Rank == 0)
            group.Barrier();
        if (group.Size > 1)
            Agreement.OnPhotos(group, catalog);
        return catalog;
    }

    /// <summary>Prepares a run of this process alone for a given catalog.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="catalog">The photos.</param>
    /// <param name="alone">This process, if there are others on its machine.</param>
    /// <exception cref="UserException">The weights or the device cannot be used.</exception>
    public static TrainingSession Open(TrainOptions config, PhotoCatalog catalog, IProcessGroup? alone = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        RequireFit(config);
        alone ??= SingleProcess.Instance;
        return Open(config, catalog, Place(config, alone), null, alone);
    }

    private static Compute Place(TrainOptions config, IProcessGroup group) =>
        Compute.Choose(Devices.Resolve(config.Device, group.LocalRank), config.Precision);

    private static TrainingSession Open(
        TrainOptions config, PhotoCatalog catalog, Compute compute, RunIdentity? resumed, IProcessGroup group)
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
            var fits = BatchSizeChoice.Largest(model, compute, config, catalog.Of(Split.Train).Count, group);
            config = config with { AutoBatchSize = false, BatchSize = fits };
        }
        RequireEnough(config, catalog.Of(Split.Train).Count, group);
        if (group.Size > 1)
            Agreement.OnWeights(group, model);
        var data = OpenData(config, catalog, group);
        try
        {
            data.RequireWholePhotos();
            return new TrainingSession(data, compute, model, weights, group);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    /// <summary>The processes of a machine share its pixel cache, which only one can fill: the first presizes what is missing.</summary>
    private static TrainingData OpenData(TrainOptions config, PhotoCatalog catalog, IProcessGroup group)
    {
        if (group.LocalRank > 0)
            group.Barrier();
        var data = TrainingData.Open(config, catalog);
        if (group.LocalRank > 0 || group.Size == 1)
            return data;
        try
        {
            data.Presize(Environment.ProcessorCount);
            group.Barrier();
            return data;
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    /// <summary>Creates a trainer with an optimizer. The caller disposes it.</summary>
    /// <param name="optimizer">The optimizer of the model's parameter groups.</param>
    /// <param name="checkpoints">When and where to save checkpoints; null saves none.</param>
    public Trainer Trainer(AdamW optimizer, CheckpointOptions? checkpoints = null) =>
        new(Learner, Model, optimizer, Training, Validation, Options, checkpoints, Head);

    /// <summary>Creates the optimizer of the network. The caller disposes it.</summary>
    public AdamW NewOptimizer() => OptimizerChoice.Create(Model, Config);

    /// <summary>Creates a runner of single steps, which are not recorded. The caller disposes it.</summary>
    internal TrainStep Step(AdamW optimizer) => new(Learner, optimizer, Options);

    /// <summary>The identity of this run, for its checkpoints.</summary>
    /// <param name="rate">The rate found for <c>lr auto</c>; otherwise null.</param>
    public RunIdentity Identity(double? rate) => new(Setting.Texts(Config.WithFullPaths()), DataPrint.Of(Catalog), Weights, rate);

    /// <summary>The phases of fine_tune for a rate or slice.</summary>
    /// <param name="rate">The rate found for <c>lr auto</c>.</param>
    public IReadOnlyList<Phase> Phases(double? rate = null)
    {
        var groups = Model.ParameterGroups.Count;
        var (low, high) = rate is { } found
            ? (null, found)
            : (Plan.Lr.Low, Plan.Lr.High ?? throw new ArgumentException($"no rate: {Plan.Lr}", nameof(rate)));
        if (low is null && Weights.Path is null)
            (low, high) = (high / 2, high / 2); // random early layers have nothing to protect: all learn at the rate of the head
        var phases = low is { } slow
            ? FineTune.Phases(Plan.Epochs, Plan.FreezeEpochs, (slow, high), groups)
            : FineTune.Phases(Plan.Epochs, Plan.FreezeEpochs, high, groups);
        return Config.Steps is null ? phases : [.. phases.Select(phase => phase.Frozen ? phase : phase with { Steps = RequireSteps() })];
    }

    /// <summary>Replaces the requested time with the epochs and steps planned for it.</summary>
    /// <param name="planned">This session's configuration with the plan applied.</param>
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

    /// <summary>Every process must have a share of each batch that batch norm can work with.</summary>
    private static void RequireEnough(TrainOptions config, int photos, IProcessGroup group)
    {
        var batch = Math.Min(config.BatchSize * config.GradAccum, photos);
        if (group.Size > 1 && batch / group.Size < TrainStep.FewestPhotos)
            throw new UserException($"{batch} photos per step, shared by {group.Size} processes, are fewer than "
                + $"{TrainStep.FewestPhotos} for each", "`batch-size`",
                $"Use `batch-size {group.Size * TrainStep.FewestPhotos}` or more, or start fewer processes.");
    }

    private static void RequireFit(TrainOptions config)
    {
        config.RequireValid();
        _ = Recipe.Decide(config, photos: 1); // settings that do not fit together never do, for any number of photos
        if (config.LabelDelim is not null && config.Loss != LossKind.BinaryCrossEntropy)
            throw new UserException("`label-delim` gives photos several labels, but `loss ce` needs exactly one", null, "Add `loss bce`.");
        if (config.LabelDelim is not null && (config.ClassWeights == ClassWeighting.Balanced || config.Sampling == SamplingMode.Balanced))
            throw new UserException("`class-weights` and `sampling` need exactly one class per photo", null,
                "Leave them out with `label-delim`.");
    }

    /// <summary>
    /// What must be downloaded before a session can be opened: the pets, or weights given by name or URL. Nothing is downloaded here.
    /// Settings that cannot work are rejected first, so that nobody waits for a download in vain.
    /// </summary>
    /// <param name="config">The configuration.</param>
    /// <param name="resumed">Whether the weights come from a checkpoint: then none are downloaded.</param>
    /// <exception cref="UserException">The requested device, photos or weights do not exist.</exception>
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
