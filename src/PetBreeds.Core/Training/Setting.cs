using System.Globalization;
using System.Text.RegularExpressions;
using PetBreeds.Runtime;
using PetBreeds.Training.Planning;

namespace PetBreeds.Training;

/// <summary>
/// One setting of a run: the same entry gives the command-line flag, the key in a configuration file, its check and its help, so that the
/// three cannot differ.
/// </summary>
/// <param name="Key">Name in a file; the flag is it behind two dashes.</param>
/// <param name="Value">What to write in its place, as in "--epochs N".</param>
/// <param name="Help">One sentence, with the range.</param>
/// <param name="Get">Its text in a configuration; null where it is not set.</param>
/// <param name="Set">
/// The configuration with a new value; throws <see cref="FormatException"/> with the reason if the text is not valid.
/// </param>
public sealed record Setting(
    string Key, string Value, string Help, Func<TrainConfig, string?> Get, Func<TrainConfig, string, TrainConfig> Set)
{
    /// <summary>Whether the recipe chooses it where nobody does.</summary>
    public bool ByRecipe { get; init; }

    /// <summary>Whether its flag may stand alone and then means true.</summary>
    public bool Switch { get; init; }

    /// <summary>What is wrong with its value in a configuration made by code; null where it is valid.</summary>
    public string? Problem(TrainConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        try
        {
            if (Get(config) is { } text)
                _ = Set(config, text); // what cannot be read as it is written is not valid
            return null;
        }
        catch (FormatException e)
        {
            return $"{Key}: {e.Message}";
        }
    }

    /// <summary>All settings, in the order files and help show them.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("data", "FOLDER|FILE.csv|sample|pets", "Photos to learn from; 'sample' is a small synthetic set the program draws, "
            + "'pets' the Oxford-IIIT Pet data set (downloaded once, 811 MB).", c => c.EffectiveData, (c, v) => c with { Data = v }),
        new("labels", "HOW", "Where labels come from: auto, folder, pattern:REGEX (its first group), csv:FILE.",
            c => c.Labels, SetLabels),
        Choice("split", "What is held out for validation: auto, random, folder (train/valid), column (of the CSV), official (the data set's lists).",
            ["auto", "random", "folder", "column", "official"], c => c.Split, (c, v) => c with { Split = v }),
        Number("valid-fraction", "Share of photos a random split holds out", .01, .9, c => c.ValidFraction, (c, v) => c with { ValidFraction = v }),
        Choice("stratify", "Whether a random split keeps each class's share: true or false; photos with several labels are split by chance alone.", ["true", "false"],
            c => c.Stratify ? "true" : "false", (c, v) => c with { Stratify = v == "true" }),
        new("encoding", "NAME", $"Encoding of the CSV table (and of --exclude and --cleaning files) where it is not UTF-8, such as {TextFile.Encodings}.", c => c.Encoding, SetEncoding),
        new("photo-column", "NAME", "CSV column with the photo's path.", c => c.PhotoColumn, (c, v) => c with { PhotoColumn = v }),
        new("label-column", "NAME", "CSV column with the label; or several, such as cat,dog: one column a class, which holds 1 for the photos that have it.", c => c.LabelColumn, (c, v) => c with { LabelColumn = v }),
        new("label-delim", "CHAR", "What separates labels in a cell, such as ';' (or the word space), where photos may have several or none; with --loss bce.",
            c => c.LabelDelim == " " ? "space" : c.LabelDelim, (c, v) => c with { LabelDelim = v == "space" ? " " : v }),
        new("split-column", "NAME", "CSV column with train, valid or test; or with true and false, where it is called is_valid, is_train or is_test.", c => c.SplitColumn, (c, v) => c with { SplitColumn = v }),
        new("exclude", "FILE", "Leave out the photos a file names, one a line, as 'data verify' writes it.", c => c.Exclude,
            (c, v) => c with { Exclude = v }),
        new("cleaning", "FILE.csv", "Leave out and relabel what 'clean' decided, as it writes it.", c => c.Cleaning, (c, v) => c with { Cleaning = v }),
        Choice<RecipeKind>("recipe", "What the settings marked 'by recipe' are: auto (solve the head on the frozen body's features, then fine-tune all layers with what photos and classes allow), "
            + "probe (solve the head only: the fastest useful model), chapter5 (fast.ai's: its head, one frozen epoch, five more). Flags and files win over it.",
            c => c.Recipe, (c, v) => c with { Recipe = v!.Value }),
        Choice("arch", $"The network: {Networks}. Within a family the larger ones are more accurate, slower and take more memory.",
            [.. Models.Architecture.All.Select(plan => plan.Name)], c => c.Arch, (c, v) => c with { Arch = v }),
        new("weights", "FILE|URL|NAME", "Weights to start from: a .pth or .safetensors file, its address, 'imagenet' (torchvision's newest, downloaded "
            + "once), 'imagenet-v1', 'imagenet-v2', or 'none' (from scratch).", c => c.Weights, (c, v) => c with { Weights = v }),
        Whole("presize", "Short side in pixels that photos are scaled to once, on the CPU", 32, 4096, c => c.Presize, (c, v) => c with { Presize = v }),
        Whole("size", "Side in pixels of the network's input, cropped from the presized photo on the device", 32, 1024, c => c.Size,
            (c, v) => c with { Size = v }),
        Choice<Models.HeadKind>("head", "What turns features into classes: linear (pooled features, dropout, torchvision's fc; it can be solved), or fastai (two layers over two poolings).",
            c => c.Head, (c, v) => c with { Head = v }) with { ByRecipe = true },
        Whole("views", "Views of each training photo from which a linear head is solved before anything is trained: 1 is the centre, 2 its mirror image too, more are "
            + "augmented; 0 starts from a random head", 0, 32, c => c.Views, (c, v) => c with { Views = v }) with { ByRecipe = true },
        Choice<NormMode>("norms", "Whether batch norms keep the pretrained statistics or learn those of the photos while training: keep or learn. Few photos are better off with keep.",
            c => c.Norms, (c, v) => c with { Norms = v }) with { ByRecipe = true },
        Choice<TrainedLayers>("layers", "Which layers learn once the body is unfrozen: all, or late (the early half of the body stays as it is, which saves time).",
            c => c.Layers, (c, v) => c with { Layers = v }) with { ByRecipe = true },
        Whole("epochs", "Epochs with all layers learning", 0, 10_000, c => c.Epochs, (c, v) => c with { Epochs = v }) with { ByRecipe = true },
        Whole("freeze-epochs", "Epochs before that with the body frozen, where the head is not solved or is to learn on", 0, 10_000, c => c.FreezeEpochs,
            (c, v) => c with { FreezeEpochs = v }) with { ByRecipe = true },
        Choice<FinalModel>("final", "Which model is kept where fine-tuning ends with a higher validation error than the solved head had: better (the solved head) or last.",
            c => c.Final, (c, v) => c with { Final = v!.Value }),
        new("time", "TIME", "Plan as many epochs as fit into a time, such as 90s, 10m or 1h30m, in place of --epochs: the 1cycle ends on time. The pace is measured "
            + "first; config.yaml keeps the plan.", c => c.Time, (c, v) => TimeText.Parse(v) is null
                ? throw new FormatException($"'{v}' is no time from 1s to 30 days; write 90s, 10m or 1h30m") : c with { Time = v }),
        new("steps", "N", "Steps with all layers learning, where --time has cut the last epoch short.", c => c.Steps is { } steps ? Text(steps) : null,
            (c, v) => c with { Steps = WholeNumber(v, 1, int.MaxValue) }),
        new("lr", "RATE|LOW:HIGH|auto", "Learning rate: the head's highest while frozen (half of it after); or a slice, low for the early layers and "
            + "high for the head once unfrozen; or auto, from the learning-rate finder's valley. From random weights one rate holds for all layers.", c => c.Lr, SetRate) { ByRecipe = true },
        new("batch-size", "N|auto", $"Photos that go through the network at once; 1 (with --grad-accum 2 or more, for batch norm needs two) to {MostPhotos}; or auto, the largest power of two up "
            + "to 256 that fits into memory. Where memory runs out it is halved, and --grad-accum doubled.",
            c => c.AutoBatchSize ? "auto" : Text(c.BatchSize), SetBatchSize),
        Whole("grad-accum", "Batches a step: a step sees batch-size times as many photos and their exact mean loss, in the memory of one "
            + "batch; batch norms see the single batches", 1, 64, c => c.GradAccum, (c, v) => c with { GradAccum = v }),
        Choice<Precision>("precision", "Number format of convolutions and matrix products: auto (the fastest that is safe on the device), fp32, bf16, "
            + "fp16 (with gradient scaling). Weights and loss stay fp32.",
            c => c.Precision, (c, v) => c with { Precision = v }, none: "auto"),
        Choice<LossKind>("loss", "What is learned: ce (softmax: exactly one class is right) or bce (sigmoids: each class is asked for on its own). bce helps where "
            + "photos may show none of the classes: then all are low.",
            c => c.Loss, (c, v) => c with { Loss = v!.Value }),
        Number("label-smoothing", "Share of the target spread over all classes", 0, .9, c => c.LabelSmoothing,
            (c, v) => c with { LabelSmoothing = v }),
        Choice<AugmentMethod>("augment", "How photos are augmented: once (all in one interpolation), none (a square window of each, no more), or to compare with: fastai (two, the crop shared by the batch), "
            + "chain (five at the network's size, as without presizing).",
            c => c.Augment, (c, v) => c with { Augment = v!.Value }),
        Number("mixup", "Mean of two photos and of their targets, shares drawn from Beta(X, X), usually .2 to .4; helps against overfitting in long training "
            + "(tens of epochs); 0: off", 0, 10, c => c.Mixup, (c, v) => c with { Mixup = v }),
        Number("cutmix", "A box of one photo in another, shares drawn from Beta(X, X), usually 1; helps as mixup does, and where parts of the subject may be "
            + "hidden; 0: off", 0, 10, c => c.CutMix, (c, v) => c with { CutMix = v }),
        Number("random-erasing", "Probability that a rectangle of a photo is erased, usually .25; helps where the subject may be half hidden", 0, 1,
            c => c.RandomErasing, (c, v) => c with { RandomErasing = v }),
        Choice<ClassWeighting>("class-weights", "none, or balanced: photos of rare classes count more in the loss. Helps where classes differ much in size and all matter the "
            + "same; costs accuracy on frequent ones.",
            c => c.ClassWeights, (c, v) => c with { ClassWeights = v!.Value }),
        Choice<SamplingMode>("sampling", "shuffle (each photo once an epoch), or balanced: every class is drawn equally often. Helps as class weights do, with steadier steps; "
            + "photos of rare classes come again and again.",
            c => c.Sampling, (c, v) => c with { Sampling = v!.Value }),
        Number("ema", "Decay of an average of the weights, which is measured and saved in their place, usually .99 to .9999 (about 1 / (1 − X) steps); helps "
            + "where the last steps are noisy: small batches, high rates; 0: off", 0, .99999, c => c.Ema, (c, v) => c with { Ema = v }),
        Whole("seed", "Fixes the split, the order, the augmentation, the head's first weights and dropout", 0, int.MaxValue, c => c.Seed,
            (c, v) => c with { Seed = v }),
        Number("save-every", "Minutes between checkpoints, besides one at each epoch's end; 0 saves at epochs' ends only", 0, 1440, c => c.SaveEvery,
            (c, v) => c with { SaveEvery = v }),
        Whole("keep", "Checkpoints of epochs' ends to keep besides the newest, and so many in all after the run", 0, 1000, c => c.Keep, (c, v) => c with { Keep = v }),
        Choice<NonFiniteAction>("on-nan", "What to do when the loss is not finite: stop, or recover: go on, once, from the last checkpoint at a tenth of the rate.",
            c => c.OnNan, (c, v) => c with { OnNan = v!.Value }),
        Choice("tensorboard", "Write the numbers of steps and epochs into the run's folder for TensorBoard, too: true or false.", ["true", "false"],
            c => c.TensorBoard ? "true" : "false", (c, v) => c with { TensorBoard = v == "true" }) with { Switch = true },
        Choice("deterministic", "Ask a GPU for algorithms that give the same bits in each run, at some speed: true or false. On a processor runs are the same anyway.",
            ["true", "false"], c => c.Deterministic ? "true" : "false", (c, v) => c with { Deterministic = v == "true" }) with { Switch = true },
        new("device", "NAME", "Where to compute: auto (a GPU if there is one), cpu, cuda, cuda:1, mps.", c => c.Device, (c, v) => c with { Device = v }),
    ];

    /// <summary>Those that say which photos, labels and splits there are: all before the recipe, and the seed of a random split.</summary>
    public static IReadOnlyList<Setting> OfData { get; } =
        [.. All.TakeWhile(setting => setting.Key != "recipe"), All.Single(setting => setting.Key == "seed")];

    /// <summary>
    /// Those that may differ when a run is gone on with: photos and lists may have moved (that they are the same is checked), it may go on
    /// elsewhere, and be saved and watched otherwise.
    /// </summary>
    public static IReadOnlyList<string> MayChange { get; } =
        ["data", "labels", "encoding", "exclude", "cleaning", "device", "save-every", "keep", "on-nan", "tensorboard"];

    /// <summary>A configuration as keys and texts.</summary>
    public static IReadOnlyDictionary<string, string> Texts(TrainConfig config) => All.Select(setting => (setting.Key, Text: setting.Get(config)))
        .Where(item => item.Text is not null).ToDictionary(item => item.Key, item => item.Text!);

    private const int MostPhotos = 8192;

    private static string Networks =>
        $"{string.Join(", ", Models.Architecture.All.SkipLast(1).Select(plan => plan.Name))} or {Models.Architecture.All[^1].Name}";

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static Setting Choice(
        string key, string help, string[] choices, Func<TrainConfig, string?> get, Func<TrainConfig, string, TrainConfig> set) =>
        new(key, "NAME", help, get, (config, text) => choices.Contains(text)
            ? set(config, text)
            : throw new FormatException($"'{text}' is none of {string.Join(", ", choices)}"));

    /// <summary>A choice among the values of an enumeration, under their names.</summary>
    private static Setting Choice<T>(string key, string help, Func<TrainConfig, T?> get, Func<TrainConfig, T?, TrainConfig> set, string? none = null)
        where T : struct, Enum
    {
        string[] names = [.. none is null ? [] : (string[])[none], .. EnumNames.All<T>()];
        return new(key, "NAME", help,
            config => get(config) is not { } value ? none : Enum.IsDefined(value) ? value.Name() : $"{value}", // code may cast any number
            (config, text) => text == none ? set(config, null)
                : EnumNames.Named<T>(text) is { } value ? set(config, value)
                : throw new FormatException($"'{text}' is none of {string.Join(", ", names)}"));
    }

    private static Setting Whole(
        string key, string help, int low, int high, Func<TrainConfig, int?> get, Func<TrainConfig, int, TrainConfig> set) =>
        new(key, "N", high == int.MaxValue ? $"{help}; {low} or more." : $"{help}; {low} to {high}.",
            config => get(config) is { } value ? Text(value) : null,
            (config, text) => set(config, WholeNumber(text, low, high)));

    private static int WholeNumber(string text, int low, int high) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= low && value <= high
            ? value
            : throw new FormatException($"'{text}' is no whole number from {low} to {high}");

    private static Setting Number(
        string key, string help, double low, double high, Func<TrainConfig, double> get, Func<TrainConfig, double, TrainConfig> set) =>
        new(key, "X", $"{help}; {low} to {high}.",
            config => get(config).ToString(CultureInfo.InvariantCulture),
            (config, text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                && value >= low && value <= high
                    ? set(config, value)
                    : throw new FormatException($"'{text}' is no number from {low} to {high}"));

    private static TrainConfig SetEncoding(TrainConfig config, string text)
    {
        _ = TextFile.Named(text);
        return config with { Encoding = text };
    }

    private static TrainConfig SetLabels(TrainConfig config, string text)
    {
        if (!(text is "auto" or "folder" || (text.StartsWith("csv:") && text.Length > "csv:".Length) || text.StartsWith("pattern:")))
            throw new FormatException($"'{text}' is none of auto, folder, pattern:REGEX, csv:FILE");
        try
        {
            _ = text.StartsWith("pattern:") ? new Regex(text["pattern:".Length..]) : null;
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"'{text}' holds no regular expression: {e.Message}", e);
        }
        return config with { Labels = text };
    }

    private static TrainConfig SetBatchSize(TrainConfig config, string text)
    {
        if (text == "auto")
            return config with { AutoBatchSize = true };
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value is >= 1 and <= MostPhotos
            ? config with { BatchSize = value, AutoBatchSize = false }
            : throw new FormatException($"'{text}' is neither auto nor a whole number from 1 to {MostPhotos}");
    }

    private static TrainConfig SetRate(TrainConfig config, string text) => text == "auto" || LearningRates.Parse(text) is not null
        ? config with { Lr = text }
        : throw new FormatException($"'{text}' is no rate above 0 and up to 10, no slice LOW:HIGH and not auto");
}
