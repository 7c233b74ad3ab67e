using System.Globalization;
using PetBreeds.Training.Configuration;

namespace PetBreeds.Runs;

/// <summary>The folder of one training run, and the names of the files in it.</summary>
/// <param name="Folder">Full path of the folder.</param>
internal sealed record RunFolder(string Folder)
{
    private const string Stamp = "yyyyMMdd-HHmmss";

    /// <summary>The folder's own name: time, architecture and data.</summary>
    public string Name => Path.GetFileName(Folder);

    /// <summary>The complete configuration; a run started with it repeats this one.</summary>
    public string Config => At("config.yaml");

    /// <summary>The environment of the run: software and hardware.</summary>
    public string Environment => At("environment.json");

    /// <summary>One row per epoch.</summary>
    public string History => At("history.csv");

    /// <summary>One row per optimizer step.</summary>
    public string Steps => At("steps.csv");

    /// <summary>A description of the training data.</summary>
    public string Data => At("data.json");

    /// <summary>The model's metrics on the validation photos.</summary>
    public string Evaluation => At("evaluation.json");

    /// <summary>One row per validation photo.</summary>
    public string Predictions => At("predictions.csv");

    /// <summary>The data of the learning-rate finder.</summary>
    public string LrFindCurve => At("lr_find.csv");

    /// <summary>Losses, error and schedule.</summary>
    public string Curves => At("curves.png");

    /// <summary>The curve of the learning-rate finder.</summary>
    public string LrFind => At("lr_find.png");

    /// <summary>The first training batch, as the network sees it.</summary>
    public string TrainBatch => At("train_batch.jpg");

    /// <summary>The confusion matrix.</summary>
    public string Confusion => At("confusion.png");

    /// <summary>The photos with the highest losses.</summary>
    public string TopLosses => At("top_losses.jpg");

    /// <summary>The self-contained report.</summary>
    public string Report => At("report.html");

    /// <summary>Out-of-fold predictions of a cross-validation: each photo is predicted by a model that was not trained on it.</summary>
    public string OutOfFold => At("out-of-fold.csv");

    /// <summary>The errors of a cross-validation.</summary>
    public string CrossValidation => At("cross_validation.json");

    /// <summary>Decisions about photos that somebody has reviewed.</summary>
    public string Cleaning => At("cleaning.csv");

    /// <summary>The model at the end of training.</summary>
    public string Model => At("model.safetensors");

    /// <summary>The model of the epoch with the lowest error, if that was not the last one.</summary>
    public string Best => At("best.safetensors");

    /// <summary>The model with the solved head, if fine-tuning has not ended yet or the last model is kept although it is worse.</summary>
    public string Solved => At("solved.safetensors");

    /// <summary>The checkpoints from which a run is resumed.</summary>
    public string Checkpoint => At("checkpoint");

    /// <summary>
    /// Creates <c>yyyyMMdd-HHmmss-arch-data</c> in <paramref name="runs"/>, followed by <c>-2</c>, <c>-3</c>, … if that name is taken.
    /// </summary>
    /// <param name="runs">The folder of all runs; created if it is missing.</param>
    /// <param name="arch">The architecture, such as resnet50.</param>
    /// <param name="data">The data set's name or its folder; only its last part is used.</param>
    /// <param name="start">When the run starts; written in UTC.</param>
    /// <exception cref="UserException">The folder cannot be created.</exception>
    public static RunFolder Create(string runs, string arch, string data, DateTimeOffset start)
    {
        var name = $"{start.UtcDateTime.ToString(Stamp, CultureInfo.InvariantCulture)}-{Safe(arch)}-{Safe(LastPart(data))}";
        try
        {
            Directory.CreateDirectory(runs);
            for (var copy = 1; ; copy++)
                if (TryClaim(Path.GetFullPath(Path.Combine(runs, copy == 1 ? name : $"{name}-{copy}"))) is { } run)
                    return run;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException("the run folder cannot be created", runs,
                "Choose another folder for the runs, one you can write to.", e);
        }
    }

    /// <summary>Creates a folder with a given name.</summary>
    /// <param name="runs">The folder of all runs; created if it is missing.</param>
    /// <param name="name">A plain name, not a path.</param>
    /// <exception cref="UserException">The name is taken or is not a plain name, or the folder cannot be created.</exception>
    public static RunFolder CreateNamed(string runs, string name)
    {
        RequireFree(runs, name);
        try
        {
            return TryClaim(Path.GetFullPath(Path.Combine(runs, name))) ?? throw Taken(runs, name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException("the run folder cannot be created", runs,
                "Choose another folder for the runs, one you can write to.", e);
        }
    }

    /// <exception cref="UserException">The name is taken or is not a plain name.</exception>
    public static void RequireFree(string runs, string name)
    {
        var kept = OperatingSystem.IsWindows() ? name : name.TrimEnd('.'); // Windows drops trailing dots
        if (Safe(kept) != kept)
        {
            throw new UserException($"'{name}' is not a valid folder name", null,
                "Use up to 60 letters, digits, '.', '_' and '-', with a letter or digit at both ends.");
        }
        if (Directory.Exists(Path.Combine(runs, name)))
            throw Taken(runs, name);
    }

    /// <summary>The settings that the run was trained with.</summary>
    /// <exception cref="UserException">config.yaml is missing or damaged.</exception>
    public TrainOptions ReadOptions() => ConfigFile.Apply(new TrainOptions(), ConfigFile.Read(Config));

    /// <summary>Finds the run a user means, given its folder or its name in <paramref name="runs"/>.</summary>
    /// <exception cref="UserException">There is no such run.</exception>
    public static RunFolder Find(string runs, string run)
    {
        var folder = new[] { run, Path.Combine(runs, run) }.FirstOrDefault(Directory.Exists)
            ?? throw new UserException("there is no such run", run, "Name a run or its folder.") { Next = NextStep.ListRuns };
        return new RunFolder(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
    }

    /// <summary>The newest unfinished run.</summary>
    /// <exception cref="UserException">There is none.</exception>
    public static RunFolder NewestUnfinished(string runs) => (Directory.Exists(runs) ? Directory.GetDirectories(runs) : [])
        .Select(folder => new RunFolder(Path.GetFullPath(folder)))
        .Where(RunLock.IsUnfinished)
        .MaxBy(run => Directory.GetLastWriteTimeUtc(run.Checkpoint))
        ?? throw new UserException("there is no interrupted run here", Path.GetFullPath(runs), "Name the run to resume.");

    /// <summary>The newest run in a folder, by start time, then by the time its files were written.</summary>
    /// <param name="runs">The folder of all runs.</param>
    /// <param name="fits">Which runs to consider; null for those with a model.</param>
    /// <exception cref="UserException">There is none.</exception>
    public static RunFolder Newest(string runs, Func<RunFolder, bool>? fits = null)
    {
        fits ??= run => File.Exists(run.Model);
        var newest = Directory.Exists(runs)
            ? Directory.GetDirectories(runs).Select(folder => new RunFolder(Path.GetFullPath(folder)))
                .Where(run => run.Start is not null && fits(run))
                .OrderBy(run => run.Start).ThenBy(run => File.GetLastWriteTimeUtc(run.Model))
                .ThenBy(run => File.GetLastWriteTimeUtc(run.Config))
                .ThenBy(run => run.Name, StringComparer.Ordinal)
                .LastOrDefault()
            : null;
        return newest ?? throw new UserException(
            "there is no run with a model here", Path.GetFullPath(runs),
            "Train one first, or name a run or a model.");
    }

    private static UserException Taken(string runs, string name) => new(
        "a run of this name already exists", Path.Combine(runs, name), "Resume it, or choose another name.");

    /// <summary>
    /// When the run started: from its name, or, if the name was chosen, from when its environment was written; null if it is not a run of
    /// this program.
    /// </summary>
    private DateTime? Start => StartOf(Name) ?? (File.Exists(Environment) ? File.GetLastWriteTimeUtc(Environment) : null);

    private static DateTime? StartOf(string name)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        var stamp = name.AsSpan(0, Math.Min(name.Length, Stamp.Length));
        return DateTime.TryParseExact(stamp, Stamp, CultureInfo.InvariantCulture, Utc, out var start) ? start : null;
    }

    // Creating a folder does not tell whether it existed before; creating a file in it does, even between processes.
    private static RunFolder? TryClaim(string folder)
    {
        if (Directory.Exists(folder))
            return null;
        Directory.CreateDirectory(folder);
        try
        {
            using var claim = new FileStream(Path.Combine(folder, "environment.json"), FileMode.CreateNew);
            return new RunFolder(folder);
        }
        catch (IOException) when (File.Exists(Path.Combine(folder, "environment.json")))
        {
            return null;
        }
    }

    private static string LastPart(string data) => data.TrimEnd('/', '\\').Split('/', '\\')[^1];

    // Letters, digits, '.', '_' and '-' are valid in names on every system; a leading dot would hide the folder, and a trailing one could
    // be dropped.
    private static string Safe(string text)
    {
        var kept = text.Take(60).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '_');
        var safe = string.Concat(kept).Trim('.', '-');
        return safe.Length == 0 ? "data" : safe;
    }

    private string At(string name) => Path.Combine(Folder, name);
}
