using System.Globalization;
using PetBreeds.Batches.Augmentation;
using PetBreeds.Catalog;
using PetBreeds.Models;
using PetBreeds.Runtime;
using PetBreeds.Training.Losses;
using PetBreeds.Training.Schedules;

namespace PetBreeds.Training.Configuration;

/// <summary>
/// One setting of a run. A single entry defines the key, the validation and the help, for files and for a command line, so that they cannot
/// diverge.
/// </summary>
/// <param name="Key">Key in a configuration file. Messages write it in backticks, perhaps with a value: `views 0`.</param>
/// <param name="Value">Placeholder for its value, such as N.</param>
/// <param name="Help">One sentence, with the range.</param>
/// <param name="Get">Its value in a configuration, as text; null if it is not set.</param>
/// <param name="Set">
/// Returns the configuration with a new value; throws <see cref="FormatException"/> with the reason if the text is invalid.
/// </param>
internal sealed record Setting(
    string Key, string Value, string Help, Func<TrainOptions, string?> Get, Func<TrainOptions, string, TrainOptions> Set)
{
    /// <summary>Whether the recipe chooses it if the user does not.</summary>
    public bool ByRecipe { get; init; }

    /// <summary>Whether a command line may give it without a value, which then means true.</summary>
    public bool Switch { get; init; }

    /// <summary>What is wrong with its value in a configuration built in code; null if it is valid.</summary>
    public string? Problem(TrainOptions config)
    {
        ArgumentNullException.ThrowIfNull(config);
        try
        {
            if (Get(config) is { } text)
                _ = Set(config, text); // a value that its own text does not parse back to is invalid
            return null;
        }
        catch (FormatException e)
        {
            return $"`{Key}`: {e.Message}";
        }
    }

    /// <summary>All settings, in the order files and help show them.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("data", "FOLDER|FILE.csv|sample|pets", "Photos to train on; 'sample' is a small synthetic set that the program draws, "
            + "'pets' the Oxford-IIIT Pet data set (downloaded once, 811 MB).", c => c.EffectiveData, (c, v) => c with { Data = v }),
        new("labels", "HOW", "Where labels come from: auto, folder, pattern:REGEX (its first group), csv:FILE.",
            c => c.Labels.ToString(), (c, v) => c with { Labels = LabelSource.Parse(v) }),
        Choice<SplitMode>("split", "How validation photos are chosen: auto, random, folder (train/valid), column (of the CSV), "
            + "official (the data set's lists).",
            c => c.Split, (c, v) => c with { Split = v!.Value }),
        Number("valid-fraction", "Fraction of the photos that a random split holds out", .01, .9, c => c.ValidFraction,
            (c, v) => c with { ValidFraction = v }),
        Choice("stratify", "Whether a random split preserves class proportions: true or false; photos with several labels are never "
            + "stratified.",
            ["true", "false"], c => c.Stratify ? "true" : "false", (c, v) => c with { Stratify = v == "true" }),
        new("encoding", "NAME", "Encoding of the CSV table (and of `exclude` and `cleaning` files) if it is not UTF-8, "
            + $"such as {TextFile.Encodings}.", c => c.Encoding, SetEncoding),
        new("photo-column", "NAME", "CSV column with the photo's path.", c => c.PhotoColumn, (c, v) => c with { PhotoColumn = v }),
        new("label-column", "NAME", "CSV column with the label; or several, such as cat,dog: one column per class, "
            + "with 1 for each photo that has it.", c => c.LabelColumn, (c, v) => c with { LabelColumn = v }),
        new("label-delim", "CHAR", "Separator between labels in a cell, such as ';' (or the word space), if photos may have several labels "
            + "or none; requires `loss bce`.",
            c => c.LabelDelim == " " ? "space" : c.LabelDelim, (c, v) => c with { LabelDelim = v == "space" ? " " : v }),
        new("split-column", "NAME", "CSV column with train, valid or test; or with true and false if it is called is_valid, is_train or "
            + "is_test.", c => c.SplitColumn, (c, v) => c with { SplitColumn = v }),
        new("exclude", "FILE", "Leave out the photos listed in a file, one per line.", c => c.Exclude,
            (c, v) => c with { Exclude = v }),
        new("cleaning", "FILE.csv", "Leave out and relabel photos as a file of decisions about their labels says.", c => c.Cleaning,
            (c, v) => c with { Cleaning = v }),
        Choice<RecipeKind>("recipe", "Defaults for the settings marked 'by recipe': auto (solve the head on the frozen body's features, "
            + "then fine-tune as many layers as the number of photos and classes allows), probe (only solve the head: the fastest useful "
            + "model), chapter5 (fast.ai's: its head, one frozen epoch, five unfrozen). Settings that are given override it.",
            c => c.Recipe, (c, v) => c with { Recipe = v!.Value }),
        Choice("arch", $"The network: {Networks}. Within a family, larger networks are more accurate, slower and need more memory.",
            [.. Architecture.All.Select(plan => plan.Name)], c => c.Architecture.Name, (c, v) =>
                c with { Architecture = Architecture.Named(v) }),
        new("weights", "FILE|URL|NAME", "Initial weights: a .pth or .safetensors file, its URL, 'imagenet' (torchvision's newest, "
            + "downloaded once), 'imagenet-v1', 'imagenet-v2', or 'none' (train from scratch).",
            c => c.Weights.ToString(), (c, v) => c with { Weights = InitialWeights.Parse(v) }),
        Whole("presize", "Short side, in pixels, to which photos are scaled once, on the CPU", 32, 4096, c => c.Presize,
            (c, v) => c with { Presize = v }),
        Whole("size", "Side, in pixels, of the network's input, cropped from the presized photo on the device", 32, 1024, c => c.Size,
            (c, v) => c with { Size = v }),
        Choice<HeadKind>("head", "What turns features into classes: linear (pooled features, dropout, torchvision's fc; "
            + "can be solved), or fastai (two layers on two poolings).",
            c => c.Head, (c, v) => c with { Head = v }) with { ByRecipe = true },
        Whole("views", "Views of each training photo from which a linear head is solved before training: 1 is the centre, 2 adds its "
            + "mirror image, more are augmented; 0 starts from a random head", 0, 32,
            c => c.Views, (c, v) => c with { Views = v }) with { ByRecipe = true },
        Choice<NormMode>("norms", "Whether batch norms keep their pretrained statistics or learn those of the photos during training: "
            + "keep or learn. With few photos, keep is better.",
            c => c.Norms, (c, v) => c with { Norms = v }) with { ByRecipe = true },
        Choice<TrainedLayers>("layers", "Which layers are trained once the body is unfrozen: all, or late (the early half of the body "
            + "stays frozen, which saves time).",
            c => c.Layers, (c, v) => c with { Layers = v }) with { ByRecipe = true },
        Whole("epochs", "Epochs with the body unfrozen", 0, 10_000, c => c.Epochs,
            (c, v) => c with { Epochs = v }) with { ByRecipe = true },
        Whole("freeze-epochs", "Epochs before that with the body frozen, if the head is not solved or should be trained further", 0, 10_000,
            c => c.FreezeEpochs, (c, v) => c with { FreezeEpochs = v }) with { ByRecipe = true },
        Choice<FinalModel>("final", "Which model to keep if fine-tuning ends with a higher validation error than the solved head had: "
            + "better (the solved head) or last.",
            c => c.Final, (c, v) => c with { Final = v!.Value }),
        new("time", "TIME", "Plan as many epochs as fit into a time budget, such as 90s, 10m or 1h30m, instead of `epochs`: the 1cycle "
            + "schedule ends on time. Speed is measured first; config.yaml records the plan.",
            c => c.Time is { } time ? TimeText.Of(time) : null,
            (c, v) => c with
            {
                Time = TimeText.Parse(v) ?? throw new FormatException($"'{v}' is not a time from 1s to 30 days; write 90s, 10m or 1h30m"),
            }),
        new("steps", "N", "Steps with the body unfrozen, if `time` cut the last epoch short.",
            c => c.Steps is { } steps ? Text(steps) : null, (c, v) => c with { Steps = WholeNumber(v, 1, int.MaxValue) }),
        new("lr", "RATE|LOW:HIGH|auto", "Learning rate: the head's maximum while the body is frozen (half of it afterwards); or a slice, "
            + "low for the early layers and high for the head once unfrozen; or auto, the valley of the learning-rate finder. From random "
            + "weights all layers use one rate.",
            c => c.Lr?.ToString(), (c, v) => c with { Lr = LearningRate.Parse(v) }) { ByRecipe = true },
        new("batch-size", "N|auto", "Photos that go through the network at once: 1 (with `grad-accum 2` or more, because batch norm needs "
            + $"two) to {MostPhotos}; or auto, the largest power of two up to 256 that fits in memory. When memory runs out it is halved, "
            + "and `grad-accum` doubled.",
            c => c.AutoBatchSize ? "auto" : Text(c.BatchSize), SetBatchSize),
        Whole("grad-accum", "Batches per step: a step sees that many times batch-size photos and their exact mean loss, in the memory of "
            + "one batch; batch norms see one batch at a time", 1, 64, c => c.GradAccum, (c, v) => c with { GradAccum = v }),
        Choice<Precision>("precision", "Number format of convolutions and matrix products: auto (the fastest that is safe on the device), "
            + "fp32, bf16, fp16 (with gradient scaling). Weights and loss stay in fp32.",
            c => c.Precision, (c, v) => c with { Precision = v }, none: "auto"),
        Choice<ReducePrecision>("reduce-precision", "Number format in which processes that train together exchange gradients: fp32, or "
            + "bf16, which halves what the network between machines must carry",
            c => c.ReducePrecision, (c, v) => c with { ReducePrecision = v!.Value }),
        Number("weight-decay", "Weight decay (AdamW's, per unit of learning rate), usually .01 to .1; norms and biases do not decay", 0, 1,
            c => c.WeightDecay, (c, v) => c with { WeightDecay = v }),
        Choice<LossKind>("loss", "Training loss: ce (softmax: exactly one class is right) or bce (sigmoids: each class is decided "
            + "independently). bce helps if photos may show none of the classes: then all probabilities are low.",
            c => c.Loss, (c, v) => c with { Loss = v!.Value }),
        Number("label-smoothing", "Fraction of the target spread over all classes", 0, .9, c => c.LabelSmoothing,
            (c, v) => c with { LabelSmoothing = v }),
        Choice<AugmentSteps>("augment", "How photos are augmented: once (everything in one interpolation), none (only a square window of "
            + "each), or for comparison: fastai (two interpolations, one crop per batch), chain (five at the network's size, as without "
            + "presizing).",
            c => c.Augment, (c, v) => c with { Augment = v }, none: "none"),
        Number("mixup", "Blends two photos and their targets, weights drawn from Beta(X, X), usually .2 to .4; reduces overfitting in long "
            + "training (tens of epochs); 0: off", 0, 10, c => c.Mixup, (c, v) => c with { Mixup = v }),
        Number("cutmix", "Pastes a box of one photo into another, areas drawn from Beta(X, X), usually 1; helps as mixup does, and if "
            + "parts of the subject may be hidden; 0: off", 0, 10, c => c.CutMix, (c, v) => c with { CutMix = v }),
        Number("random-erasing", "Probability that a rectangle of a photo is erased, usually .25; helps if the subject may be half hidden",
            0, 1, c => c.RandomErasing, (c, v) => c with { RandomErasing = v }),
        Choice<ClassWeighting>("class-weights", "none, or balanced: photos of rare classes count more in the loss. Helps if class sizes "
            + "differ a lot and all classes matter equally; costs accuracy on frequent ones.",
            c => c.ClassWeights, (c, v) => c with { ClassWeights = v!.Value }),
        Choice<SamplingMode>("sampling", "shuffle (each photo once per epoch), or balanced: every class is drawn equally often. Helps as "
            + "class weights do, with steadier steps; photos of rare classes are repeated often.",
            c => c.Sampling, (c, v) => c with { Sampling = v!.Value }),
        Number("ema", "Decay of a moving average of the weights, which is validated and saved instead of them, usually .99 to .9999 (about "
            + "1 / (1 − X) steps); helps if the last steps are noisy: small batches, high rates; 0: off", 0, .99999,
            c => c.Ema, (c, v) => c with { Ema = v }),
        Whole("seed", "Determines the split, the order, the augmentation, the head's initial weights and dropout", 0, int.MaxValue,
            c => c.Seed, (c, v) => c with { Seed = v }),
        Number("save-every", "Minutes between checkpoints, in addition to one at the end of each epoch; 0 saves only at the end of epochs",
            0, 1440, c => c.SaveEvery, (c, v) => c with { SaveEvery = v }),
        Whole("keep", "Number of end-of-epoch checkpoints to keep besides the newest one, and in total after the run", 0, 1000,
            c => c.Keep, (c, v) => c with { Keep = v }),
        Choice<NonFiniteAction>("on-nan", "What to do when the loss is not finite: stop, or recover (resume from the last checkpoint at a "
            + "tenth of the rate, once).",
            c => c.OnNan, (c, v) => c with { OnNan = v!.Value }),
        Choice("tensorboard", "Also write step and epoch metrics for TensorBoard into the run folder: true or false.", ["true", "false"],
            c => c.TensorBoard ? "true" : "false", (c, v) => c with { TensorBoard = v == "true" }) with { Switch = true },
        Choice("deterministic", "Use GPU algorithms that give identical bits in each run, at some cost in speed: true or false. CPU runs "
            + "are always deterministic.", ["true", "false"],
            c => c.Deterministic ? "true" : "false", (c, v) => c with { Deterministic = v == "true" }) with { Switch = true },
        new("device", "NAME", "Where to compute: auto (a GPU if there is one), cpu, cuda, cuda:1, mps.",
            c => c.Device.ToString(), (c, v) => c with { Device = ComputeDevice.Parse(v) }),
    ];

    /// <summary>The settings that define photos, labels and splits: all those before the recipe, and the seed of a random split.</summary>
    public static IReadOnlyList<Setting> OfData { get; } =
        [.. All.TakeWhile(setting => setting.Key != "recipe"), All.Single(setting => setting.Key == "seed")];

    /// <summary>
    /// The settings that may differ when a run is resumed: photos and lists may have moved (their contents are checked), and the device,
    /// the checkpoints and the logging may change.
    /// </summary>
    public static IReadOnlyList<string> MayChange { get; } =
        ["data", "labels", "encoding", "exclude", "cleaning", "device", "save-every", "keep", "on-nan", "tensorboard"];

    /// <summary>Converts a configuration to keys and text values.</summary>
    public static IReadOnlyDictionary<string, string> Texts(TrainOptions config) => All
        .Select(setting => (setting.Key, Text: setting.Get(config)))
        .Where(item => item.Text is not null).ToDictionary(item => item.Key, item => item.Text!);

    private const int MostPhotos = 8192;

    private static string Networks =>
        $"{string.Join(", ", Architecture.All.SkipLast(1).Select(plan => plan.Name))} or {Architecture.All[^1].Name}";

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static Setting Choice(
        string key, string help, string[] choices, Func<TrainOptions, string?> get, Func<TrainOptions, string, TrainOptions> set) =>
        new(key, "NAME", help, get, (config, text) => choices.Contains(text)
            ? set(config, text)
            : throw new FormatException($"'{text}' is not one of {string.Join(", ", choices)}"));

    /// <summary>A choice among the values of an enumeration, by name.</summary>
    private static Setting Choice<T>(
        string key, string help, Func<TrainOptions, T?> get, Func<TrainOptions, T?, TrainOptions> set, string? none = null)
        where T : struct, Enum
    {
        string[] names = [.. none is null ? [] : (string[])[none], .. EnumNames.All<T>()];
        return new(key, "NAME", help,
            config => get(config) is not { } value ? none
                : Enum.IsDefined(value) ? value.Name() : $"{value}", // code may cast any number to the enum
            (config, text) => text == none ? set(config, null)
                : EnumNames.Named<T>(text) is { } value ? set(config, value)
                : throw new FormatException($"'{text}' is not one of {string.Join(", ", names)}"));
    }

    private static Setting Whole(
        string key, string help, int low, int high, Func<TrainOptions, int?> get, Func<TrainOptions, int, TrainOptions> set) =>
        new(key, "N", high == int.MaxValue ? $"{help}; {low} or more." : $"{help}; {low} to {high}.",
            config => get(config) is { } value ? Text(value) : null,
            (config, text) => set(config, WholeNumber(text, low, high)));

    private static int WholeNumber(string text, int low, int high) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= low && value <= high
            ? value
            : throw new FormatException($"'{text}' is not a whole number from {low} to {high}");

    private static Setting Number(
        string key, string help, double low, double high, Func<TrainOptions, double> get, Func<TrainOptions, double, TrainOptions> set) =>
        new(key, "X", $"{help}; {low} to {high}.",
            config => get(config).ToString(CultureInfo.InvariantCulture),
            (config, text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                && value >= low && value <= high
                    ? set(config, value)
                    : throw new FormatException($"'{text}' is not a number from {low} to {high}"));

    private static TrainOptions SetEncoding(TrainOptions config, string text)
    {
        _ = TextFile.Named(text);
        return config with { Encoding = text };
    }

    private static TrainOptions SetBatchSize(TrainOptions config, string text)
    {
        if (text == "auto")
            return config with { AutoBatchSize = true };
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value is >= 1 and <= MostPhotos
            ? config with { BatchSize = value, AutoBatchSize = false }
            : throw new FormatException($"'{text}' is neither auto nor a whole number from 1 to {MostPhotos}");
    }
}
