using System.Globalization;

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

    /// <summary>What the run ran on.</summary>
    public string Environment => At("environment.json");

    /// <summary>A row for each epoch.</summary>
    public string History => At("history.csv");

    /// <summary>A row for each optimizer step.</summary>
    public string Steps => At("steps.csv");

    /// <summary>What the run learned from.</summary>
    public string Data => At("data.json");

    /// <summary>What the model is worth on the validation photos.</summary>
    public string Evaluation => At("evaluation.json");

    /// <summary>A row for each validation photo.</summary>
    public string Predictions => At("predictions.csv");

    /// <summary>The learning-rate search as numbers.</summary>
    public string LrFindCurve => At("lr_find.csv");

    /// <summary>Losses, error and schedule.</summary>
    public string Curves => At("curves.png");

    /// <summary>The learning-rate search.</summary>
    public string LrFind => At("lr_find.png");

    /// <summary>The first training batch, as the network sees it.</summary>
    public string TrainBatch => At("train_batch.jpg");

    /// <summary>The confusion matrix.</summary>
    public string Confusion => At("confusion.png");

    /// <summary>The photos with the highest losses.</summary>
    public string TopLosses => At("top_losses.jpg");

    /// <summary>The self-contained report.</summary>
    public string Report => At("report.html");

    /// <summary>Answers of a cross-validation for every photo, from models that have not learned from it.</summary>
    public string OutOfFold => At("out-of-fold.csv");

    /// <summary>The errors of a cross-validation.</summary>
    public string CrossValidation => At("cross_validation.json");

    /// <summary>What was decided about photos that somebody looked at.</summary>
    public string Cleaning => At("cleaning.csv");

    /// <summary>The model at the end of the training.</summary>
    public string Model => At("model.safetensors");

    /// <summary>The model of the epoch with the lowest error, where that was not the last.</summary>
    public string Best => At("best.safetensors");

    /// <summary>The model with the solved head, where fine-tuning has not ended yet or the last model is kept though it is worse.</summary>
    public string Solved => At("solved.safetensors");

    /// <summary>What a run is resumed from.</summary>
    public string Checkpoint => At("checkpoint");

    /// <summary>
    /// Makes <c>yyyyMMdd-HHmmss-arch-data</c> in <paramref name="runs"/>, followed by <c>-2</c>, <c>-3</c>, … where taken.
    /// </summary>
    /// <param name="runs">The folder of all runs; made if it is not there.</param>
    /// <param name="arch">The architecture, such as resnet50.</param>
    /// <param name="data">The data set's name or its folder; only its last part goes into the name.</param>
    /// <param name="start">When the run starts; its UTC time goes into the name.</param>
    /// <exception cref="UserException">The folder cannot be made.</exception>
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

    /// <summary>Makes a folder of a chosen name.</summary>
    /// <param name="runs">The folder of all runs; made if it is not there.</param>
    /// <param name="name">A plain name, no path.</param>
    /// <exception cref="UserException">The name is taken or no plain name, or the folder cannot be made.</exception>
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

    /// <exception cref="UserException">The name is taken or no plain name.</exception>
    public static void RequireFree(string runs, string name)
    {
        var kept = OperatingSystem.IsWindows() ? name : name.TrimEnd('.'); // Windows alone would lose dots at the end
        if (Safe(kept) != kept)
        {
            throw new UserException($"'{name}' is not a valid folder name", null,
                "Use up to 60 letters, digits, '.', '_' and '-', with a letter or digit at both ends.");
        }
        if (Directory.Exists(Path.Combine(runs, name)))
            throw Taken(runs, name);
    }

    /// <summary>The run a user means: a folder, or its name among the runs.</summary>
    /// <exception cref="UserException">There is no such run.</exception>
    public static RunFolder Find(string runs, string run)
    {
        var folder = new[] { run, Path.Combine(runs, run) }.FirstOrDefault(Directory.Exists)
            ?? throw new UserException("there is no such run", run, "Name a run or its folder.") { Next = NextStep.ListRuns };
        return new RunFolder(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
    }

    /// <summary>The newest run that has begun and has not ended.</summary>
    /// <exception cref="UserException">There is none.</exception>
    public static RunFolder NewestUnfinished(string runs) => (Directory.Exists(runs) ? Directory.GetDirectories(runs) : [])
        .Select(folder => new RunFolder(Path.GetFullPath(folder)))
        .Where(RunLock.IsUnfinished)
        .MaxBy(run => Directory.GetLastWriteTimeUtc(run.Checkpoint))
        ?? throw new UserException("there is no interrupted run here", Path.GetFullPath(runs), "Name the run to resume.");

    /// <summary>The newest run in a folder: by when it began, then by when its files were written.</summary>
    /// <param name="runs">The folder of all runs.</param>
    /// <param name="fits">Which runs count; null: those with a model.</param>
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
    /// When the run began: as its name says, or for a name that was chosen, when it was described; null for no run of ours.
    /// </summary>
    private DateTime? Start => StartOf(Name) ?? (File.Exists(Environment) ? File.GetLastWriteTimeUtc(Environment) : null);

    private static DateTime? StartOf(string name)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        var stamp = name.AsSpan(0, Math.Min(name.Length, Stamp.Length));
        return DateTime.TryParseExact(stamp, Stamp, CultureInfo.InvariantCulture, Utc, out var start) ? start : null;
    }

    // Making a folder does not say whether it was there before; making a file in it does, also between processes.
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

    // Letters, digits, '.', '_' and '-' make a name that every system takes; a leading or trailing dot would hide it or be lost.
    private static string Safe(string text)
    {
        var kept = text.Take(60).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '_');
        var safe = string.Concat(kept).Trim('.', '-');
        return safe.Length == 0 ? "data" : safe;
    }

    private string At(string name) => Path.Combine(Folder, name);
}
