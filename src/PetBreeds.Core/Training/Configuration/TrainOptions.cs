using PetBreeds.Batches.Augmentation;
using PetBreeds.Catalog;
using PetBreeds.Models;
using PetBreeds.Runtime;
using PetBreeds.Training.Losses;
using PetBreeds.Training.Schedules;

namespace PetBreeds.Training.Configuration;

/// <summary>
/// Everything that a training run depends on. See <see cref="Setting.All"/> for the meaning and range of each setting, and for reading and
/// writing them as text.
/// </summary>
public sealed record TrainOptions
{
    /// <summary>The photos to train on: a folder, a CSV file, "sample" or "pets"; null if not given.</summary>
    public string? Data { get; init; }

    /// <summary><see cref="Data"/>, or "pets" if that is not given; null if a table of labels locates its photos itself.</summary>
    public string? EffectiveData => Data ?? (Labels.TablePath is null ? DataFolder.Pets : null);

    /// <summary>Where labels come from.</summary>
    public LabelSource Labels { get; init; } = LabelSource.Auto;

    /// <summary>How validation photos are chosen.</summary>
    public SplitMode Split { get; init; }

    /// <summary>Share of the photos that a random split holds out, 0.01 to 0.9.</summary>
    public double ValidFraction { get; init; } = .2;

    /// <summary>Whether a random split preserves class proportions; photos with several labels are never stratified.</summary>
    public bool Stratify { get; init; } = true;

    /// <summary>Encoding of the table of labels; null for UTF-8 or the encoding given by its byte-order mark.</summary>
    public string? Encoding { get; init; }

    /// <summary>CSV column with the photo's path.</summary>
    public string PhotoColumn { get; init; } = "photo";

    /// <summary>CSV column with the label; or several, separated by commas: one per class, with 1 for each photo that has it.</summary>
    public string LabelColumn { get; init; } = "label";

    /// <summary>Separator between several labels in a cell; null if each photo has exactly one label.</summary>
    public string? LabelDelim { get; init; }

    /// <summary>CSV column with the split: train, valid or test.</summary>
    public string SplitColumn { get; init; } = "split";

    /// <summary>A file that lists the photos to leave out, one per line; null for none.</summary>
    public string? Exclude { get; init; }

    /// <summary>A CSV file of decisions about labels: photos to leave out or to relabel; null for none.</summary>
    public string? Cleaning { get; init; }

    /// <summary>Provides the settings that are null; settings read from text also take its batch size.</summary>
    public RecipeKind Recipe { get; init; }

    /// <summary>The architecture of the network's body.</summary>
    public Architecture Architecture { get; init; } = Architecture.ResNet50;

    /// <summary>The weights from which training starts.</summary>
    public InitialWeights Weights { get; init; } = InitialWeights.ImageNet;

    /// <summary>Short side of presized photos in pixels, 32 to 4096.</summary>
    public int Presize { get; init; } = 460;

    /// <summary>Side of the network's input in pixels, 32 to 1024.</summary>
    public int Size { get; init; } = 224;

    /// <summary>The head, which turns features into classes; null lets the recipe decide.</summary>
    public HeadKind? Head { get; init; }

    /// <summary>
    /// Views of each training photo from which a linear head is solved before training, 1 to 32; 0 starts from a random head. Null lets the
    /// recipe decide.
    /// </summary>
    public int? Views { get; init; }

    /// <summary>What batch norms do during training; null lets the recipe decide.</summary>
    public NormMode? Norms { get; init; }

    /// <summary>Which layers are trained once the body is unfrozen; null lets the recipe decide.</summary>
    public TrainedLayers? Layers { get; init; }

    /// <summary>Epochs with the body unfrozen, 0 to 10,000; null lets the recipe decide.</summary>
    public int? Epochs { get; init; }

    /// <summary>Epochs with the body frozen, before the unfrozen ones, 0 to 10,000; null lets the recipe decide.</summary>
    public int? FreezeEpochs { get; init; }

    /// <summary>Steps with the body unfrozen, if the last of <see cref="Epochs"/> is cut short; null if all epochs are complete.</summary>
    public int? Steps { get; init; }

    /// <summary>A time budget for which to plan <see cref="Epochs"/>, from 1 second to 30 days; null for no budget.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>Whether to also write step and epoch metrics for TensorBoard to the run folder.</summary>
    public bool TensorBoard { get; init; }

    /// <summary>The learning rate: one rate, a slice, or to be found; null lets the recipe decide.</summary>
    public LearningRate? Lr { get; init; }

    /// <summary>Which model to keep if fine-tuning ends with a worse model than the solved head.</summary>
    public FinalModel Final { get; init; }

    /// <summary>Photos that go through the network at once, 1 to 8,192; 1 requires <see cref="GradAccum"/> of 2 or more.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Whether to use the largest <see cref="BatchSize"/> that fits in memory: a power of two, up to 256.</summary>
    public bool AutoBatchSize { get; init; }

    /// <summary>Batches per step, whose gradients are summed, 1 to 64.</summary>
    public int GradAccum { get; init; } = 1;

    /// <summary>Number format of convolutions and matrix products; null for the fastest that is safe on the device.</summary>
    public Precision? Precision { get; init; }

    /// <summary>The number format in which processes that train together exchange gradients.</summary>
    public ReducePrecision ReducePrecision { get; init; }

    /// <summary>Weight decay per unit of learning rate, 0 to 1; norms and biases do not decay.</summary>
    public double WeightDecay { get; init; } = .01;

    /// <summary>The loss that training minimises.</summary>
    public LossKind Loss { get; init; }

    /// <summary>Label smoothing: the share of the target that is spread over all classes, 0 to 0.9.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>How often augmentation interpolates pixels; null for no augmentation.</summary>
    public AugmentSteps? Augment { get; init; } = AugmentSteps.Once;

    /// <summary>α of mixup, 0 to 10; 0 turns it off.</summary>
    public double Mixup { get; init; }

    /// <summary>α of CutMix, 0 to 10; 0 turns it off.</summary>
    public double CutMix { get; init; }

    /// <summary>Probability that a rectangle of a photo is erased, 0 to 1.</summary>
    public double RandomErasing { get; init; }

    /// <summary>How much photos of rare classes count in the loss.</summary>
    public ClassWeighting ClassWeights { get; init; }

    /// <summary>How often photos of rare classes are drawn.</summary>
    public SamplingMode Sampling { get; init; }

    /// <summary>Decay of the moving average of the weights, 0 to 0.99999; 0 turns it off.</summary>
    public double Ema { get; init; }

    /// <summary>Seed of the split, the order, the augmentation, the head's initial weights and dropout; 0 or more.</summary>
    public int Seed { get; init; } = 42;

    /// <summary>
    /// Minutes between checkpoints, 0 to 1,440, in addition to one at the end of each epoch; 0 saves only at the end of epochs.
    /// </summary>
    public double SaveEvery { get; init; } = 10;

    /// <summary>Number of end-of-epoch checkpoints to keep besides the newest one, and in total after the run, 0 to 1,000.</summary>
    public int Keep { get; init; }

    /// <summary>What to do when the loss is not finite.</summary>
    public NonFiniteAction OnNan { get; init; }

    /// <summary>
    /// Whether to use GPU algorithms that give bit-identical results in each run, at some cost in speed. CPU runs are always deterministic.
    /// </summary>
    public bool Deterministic { get; init; }

    /// <summary>Where to compute.</summary>
    public ComputeDevice Device { get; init; }

    /// <summary>Returns the same options with absolute paths, so that a file of them repeats the run from any folder.</summary>
    public TrainOptions WithFullPaths() => this with
    {
        Data = Data is null or DataFolder.Sample or DataFolder.Pets ? Data : Path.GetFullPath(Data),
        Labels = Labels.WithFullPath(),
        Exclude = Exclude is null ? null : Path.GetFullPath(Exclude),
        Cleaning = Cleaning is null ? null : Path.GetFullPath(Cleaning),
        Weights = Weights.WithFullPath(),
    };

    /// <summary>Validates options built in code as strictly as those read from text: every value, and how they fit together.</summary>
    /// <exception cref="UserException">Everything that is invalid, one line each.</exception>
    public void RequireValid()
    {
        string[] problems = [.. Setting.All.Select(setting => setting.Problem(this)).OfType<string>(), .. Misfits()];
        if (problems.Length > 0)
            throw new UserException(string.Join('\n', problems));
    }

    /// <summary>Values that do not fit together, one sentence each.</summary>
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

    /// <summary>Batch norm estimates a variance from each batch, which takes at least two photos.</summary>
    internal const int FewestPhotosPerStep = 2;
}
