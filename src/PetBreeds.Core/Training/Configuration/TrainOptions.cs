using PetBreeds.Batches.Augmentation;
using PetBreeds.Catalog;
using PetBreeds.Models;
using PetBreeds.Runtime;
using PetBreeds.Training.Losses;

namespace PetBreeds.Training.Configuration;

/// <summary>
/// Everything a training run depends on. Ranges and meanings are those of <see cref="Setting.All"/>, which also reads and writes it.
/// </summary>
public sealed record TrainOptions
{
    /// <summary>A folder, a CSV file, "sample" or "pets"; null where it was not given.</summary>
    public string? Data { get; init; }

    /// <summary><see cref="Data"/>, or "pets" where it was not given; null where a table of labels says where its photos are.</summary>
    public string? EffectiveData => Data ?? (Labels.StartsWith(TableLabels) ? null : DataFolder.Pets);

    /// <summary>auto, folder, pattern:REGEX or csv:FILE.</summary>
    public string Labels { get; init; } = "auto";

    /// <summary>auto, random, folder, column or official.</summary>
    public string Split { get; init; } = "auto";

    /// <summary>Share of photos held out by a random split.</summary>
    public double ValidFraction { get; init; } = .2;

    /// <summary>Whether a random split keeps each class's share.</summary>
    public bool Stratify { get; init; } = true;

    /// <summary>Encoding of the table of labels; null: UTF-8, or what its byte-order mark says.</summary>
    public string? Encoding { get; init; }

    /// <summary>CSV column with the photo's path.</summary>
    public string PhotoColumn { get; init; } = "photo";

    /// <summary>CSV column with the label.</summary>
    public string LabelColumn { get; init; } = "label";

    /// <summary>What separates several labels in a cell; null: each photo has exactly one.</summary>
    public string? LabelDelim { get; init; }

    /// <summary>CSV column with train, valid or test.</summary>
    public string SplitColumn { get; init; } = "split";

    /// <summary>A file with names of photos to leave out; null leaves out none.</summary>
    public string? Exclude { get; init; }

    /// <summary>A file of decisions about photos that were looked at; null for none.</summary>
    public string? Cleaning { get; init; }

    /// <summary>What settings are where they are null; settings that are read as text also take its batch size.</summary>
    public RecipeKind Recipe { get; init; }

    /// <summary>The network's body.</summary>
    public Architecture Architecture { get; init; } = Architecture.ResNet50;

    /// <summary>A weight file, its address, "imagenet", "imagenet-v1", "imagenet-v2" or "none".</summary>
    public string Weights { get; init; } = "imagenet";

    /// <summary>Short side in pixels after presizing.</summary>
    public int Presize { get; init; } = 460;

    /// <summary>Side in pixels of the network's input.</summary>
    public int Size { get; init; } = 224;

    /// <summary>What turns features into classes; null: as the recipe says.</summary>
    public HeadKind? Head { get; init; }

    /// <summary>Views of each photo from which the head is solved before training; 0: it is not. Null: as the recipe says.</summary>
    public int? Views { get; init; }

    /// <summary>What batch norms do while training; null: as the recipe says.</summary>
    public NormMode? Norms { get; init; }

    /// <summary>Which layers learn once the body is unfrozen; null: as the recipe says.</summary>
    public TrainedLayers? Layers { get; init; }

    /// <summary>Epochs with all layers learning; null: as the recipe says.</summary>
    public int? Epochs { get; init; }

    /// <summary>Epochs with the body frozen, before; null: as the recipe says.</summary>
    public int? FreezeEpochs { get; init; }

    /// <summary>Steps with all layers learning, where the last of <see cref="Epochs"/> is cut short; null: all of them are whole.</summary>
    public int? Steps { get; init; }

    /// <summary>A time in which to plan <see cref="Epochs"/>, such as "10m"; null: they are given.</summary>
    public string? Time { get; init; }

    /// <summary>Whether numbers are written for TensorBoard, too.</summary>
    public bool TensorBoard { get; init; }

    /// <summary>A base rate, a slice LOW:HIGH, or auto; null: as the recipe says.</summary>
    public string? Lr { get; init; }

    /// <summary>Which model is kept where fine-tuning ends below the solved head.</summary>
    public FinalModel Final { get; init; }

    /// <summary>Photos that go through the network at once.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Whether <see cref="BatchSize"/> is to be found: what fits into memory.</summary>
    public bool AutoBatchSize { get; init; }

    /// <summary>Batches a step: their gradients are summed.</summary>
    public int GradAccum { get; init; } = 1;

    /// <summary>Of convolutions and matrix products; null: what is fast on the device.</summary>
    public Precision? Precision { get; init; }

    /// <summary>What training makes small.</summary>
    public LossKind Loss { get; init; }

    /// <summary>Share of the target spread over all classes.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>How often pixels are interpolated in augmentation; null: photos are not augmented.</summary>
    public AugmentSteps? Augment { get; init; } = AugmentSteps.Once;

    /// <summary>α of mixup; 0: none.</summary>
    public double Mixup { get; init; }

    /// <summary>α of cutmix; 0: none.</summary>
    public double CutMix { get; init; }

    /// <summary>Probability that a rectangle of a photo is erased.</summary>
    public double RandomErasing { get; init; }

    /// <summary>What photos of rare classes count in the loss.</summary>
    public ClassWeighting ClassWeights { get; init; }

    /// <summary>How often photos of rare classes are drawn.</summary>
    public SamplingMode Sampling { get; init; }

    /// <summary>Decay of the weights' average; 0: none.</summary>
    public double Ema { get; init; }

    /// <summary>Fixes the split, the order, the augmentation, the head's first weights and dropout.</summary>
    public int Seed { get; init; } = 42;

    /// <summary>Minutes between checkpoints; 0: at epochs' ends only.</summary>
    public double SaveEvery { get; init; } = 10;

    /// <summary>Checkpoints of epochs' ends to keep besides the newest; after the run so many in all.</summary>
    public int Keep { get; init; }

    /// <summary>What is done where the loss is not finite.</summary>
    public NonFiniteAction OnNan { get; init; }

    /// <summary>Whether a GPU is to give the same bits in each run.</summary>
    public bool Deterministic { get; init; }

    /// <summary>auto, cpu, cuda, cuda:N or mps.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>The same with paths that hold from any folder, for a file that is to repeat the run.</summary>
    public TrainOptions WithFullPaths() => this with
    {
        Data = Data is null or DataFolder.Sample or DataFolder.Pets ? Data : Path.GetFullPath(Data),
        Labels = Labels.StartsWith(TableLabels) ? TableLabels + Path.GetFullPath(Labels[TableLabels.Length..]) : Labels,
        Exclude = Exclude is null ? null : Path.GetFullPath(Exclude),
        Cleaning = Cleaning is null ? null : Path.GetFullPath(Cleaning),
        Weights = PretrainedWeights.IsName(Weights) ? Weights : Path.GetFullPath(Weights),
    };

    /// <summary>Checks a configuration made by code as those read as text are: every value, and what must fit together.</summary>
    /// <exception cref="UserException">All that is wrong, a line each.</exception>
    public void RequireValid()
    {
        string[] problems = [.. Setting.All.Select(setting => setting.Problem(this)).OfType<string>(), .. Misfits()];
        if (problems.Length > 0)
            throw new UserException(string.Join('\n', problems));
    }

    /// <summary>Values that do not fit together, a sentence each.</summary>
    internal IEnumerable<string> Misfits()
    {
        if (this is { Cleaning: not null, LabelDelim: not null })
            yield return "`cleaning` corrects one label per photo, but `label-delim` gives photos several: use only one of them";
        if (!AutoBatchSize && BatchSize * GradAccum < FewestPhotosPerStep)
            yield return $"`batch-size {BatchSize}`: batch norm needs at least two photos to estimate their variance; "
                + "use `batch-size 2`, or add `grad-accum 2`";
        if (Presize < Size)
            yield return $"`presize {Presize}` is smaller than `size {Size}`: photos must be presized to at least the network's input";
    }

    /// <summary>Batch norm estimates a variance from a batch.</summary>
    internal const int FewestPhotosPerStep = 2;

    private const string TableLabels = "csv:";
}
