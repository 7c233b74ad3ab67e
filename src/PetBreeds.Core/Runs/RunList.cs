namespace PetBreeds.Runs;

/// <summary>A row in a list of runs; what the run has not reached yet is null.</summary>
/// <param name="Run">Its folder.</param>
/// <param name="State">
/// "done", "cross-validated" (its error is the mean of the folds), "unfinished" (no model) or "damaged" (its files cannot be read).
/// </param>
/// <param name="Arch">Its network's architecture.</param>
/// <param name="Data">The last part of the data's name or path.</param>
/// <param name="Epochs">Epochs completed.</param>
/// <param name="Error">Error on its validation photos, 0 to 1.</param>
/// <param name="Interval">95% confidence interval of the error.</param>
/// <param name="Loss">Log loss on its validation photos; calibrated if that was measured.</param>
/// <param name="Seconds">Training time in seconds.</param>
/// <param name="ImagesPerSecond">Training speed in its last epoch.</param>
/// <param name="Seed">Its seed.</param>
internal sealed record RunRow(
    RunFolder Run, string State, string? Arch, string? Data, int Epochs, double? Error, (double Low, double High)? Interval, double? Loss,
    double Seconds,
    double? ImagesPerSecond, int? Seed);

/// <summary>The runs in a folder.</summary>
internal static class RunList
{
    private static readonly Dictionary<string, Func<RunRow, IComparable?>> Keys = new()
    {
        ["name"] = row => row.Run.Name,
        ["error"] = row => row.Error,
        ["loss"] = row => row.Loss,
        ["time"] = row => row.Seconds,
        ["speed"] = row => row.ImagesPerSecond,
        ["arch"] = row => row.Arch,
        ["data"] = row => row.Data,
        ["epochs"] = row => row.Epochs,
        ["seed"] = row => row.Seed,
    };

    /// <summary>The keys by which runs can be sorted.</summary>
    public static IReadOnlyCollection<string> SortKeys => Keys.Keys;

    /// <summary>Lists all runs in a folder; damaged runs are listed as such.</summary>
    /// <param name="folder">The folder that contains the run folders.</param>
    /// <param name="sort">One of <see cref="SortKeys"/>, prefixed with '-' for descending order; runs without that value come last.</param>
    /// <exception cref="UserException">The folder or the key does not exist.</exception>
    public static IReadOnlyList<RunRow> Read(string folder, string sort = "name")
    {
        ArgumentNullException.ThrowIfNull(sort);
        if (!Keys.TryGetValue(sort.TrimStart('-'), out var key))
            throw new UserException($"runs cannot be sorted by '{sort}'", null,
                $"Use one of {string.Join(", ", SortKeys)}, with a '-' before it for the largest first.");
        if (!Directory.Exists(folder))
            throw new UserException("there is no such folder of runs", Path.GetFullPath(folder),
                "Train a run first, or name another folder.");
        var rows = Directory.GetDirectories(folder).Select(path => new RunFolder(Path.GetFullPath(path)))
            .Where(run => File.Exists(run.Config)).Select(Row)
            .OrderBy(row => row.Run.Name, StringComparer.Ordinal).ToArray();
        var known = rows.OrderBy(row => key(row) is null);
        return [.. sort.StartsWith('-') ? known.ThenByDescending(key) : known.ThenBy(key)];
    }

    private static RunRow Row(RunFolder run)
    {
        try
        {
            var config = run.ReadOptions();
            var history = HistoryCsv.Read(run.History);
            var measured = EvaluationSummary.Read(run.Evaluation);
            var folds = CrossValidationSummary.Read(run.CrossValidation);
            var last = history.Count > 0 ? history[^1] : null;
            var data = config.EffectiveData ?? config.Labels.ToString();
            return new RunRow(run, File.Exists(run.Model) ? "done" : folds is not null ? "cross-validated"
                : "unfinished", config.Architecture.Name, data.TrimEnd('/', '\\').Split('/', '\\')[^1],
                history.Count(epoch => !epoch.IsSolved),
                measured?.Error ?? Finite(last?.Error)
                    ?? folds?.MeanError, measured is null ? null : (measured.ErrorInterval[0], measured.ErrorInterval[1]),
                measured?.LogLoss ?? Finite(last?.ValidLoss), history.Sum(epoch =>
                    Finite(epoch.Seconds) ?? 0), Finite(last?.ImagesPerSecond), config.Seed);
        }
        catch (UserException)
        {
            return new RunRow(run, "damaged", null, null, 0, null, null, null, 0, null, null);
        }
    }

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
