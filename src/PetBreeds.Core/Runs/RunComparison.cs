using PetBreeds.Evaluation;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Steps;

namespace PetBreeds.Runs;

/// <summary>A run to compare.</summary>
/// <param name="Run">Its folder.</param>
/// <param name="Config">Its settings.</param>
/// <param name="History">Its epochs.</param>
/// <param name="Evaluation">Its metrics.</param>
internal sealed record ComparedRun(RunFolder Run, TrainOptions Config, IReadOnlyList<EpochResult> History, EvaluationSummary Evaluation)
{
    /// <summary>Reads a run; null if it has not been evaluated yet.</summary>
    /// <exception cref="UserException">It is not a run folder.</exception>
    public static ComparedRun? Read(RunFolder run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var config = run.ReadOptions();
        return File.Exists(run.Predictions) && EvaluationSummary.Read(run.Evaluation) is { } summary
            ? new ComparedRun(run, config, HistoryCsv.Read(run.History), summary)
            : null;
    }
}

/// <summary>A comparison of runs: each against the first, on the same photos.</summary>
/// <param name="Runs">At least two.</param>
/// <param name="Pairs">The paired comparison of the first run with each of the others.</param>
internal sealed record RunComparison(IReadOnlyList<ComparedRun> Runs, IReadOnlyList<PairedComparison> Pairs)
{
    /// <summary>Compares runs on the photos they share.</summary>
    /// <exception cref="UserException">The runs share no photos.</exception>
    public static RunComparison Of(IReadOnlyList<ComparedRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        ArgumentOutOfRangeException.ThrowIfLessThan(runs.Count, 2);
        return new RunComparison(runs,
            [.. runs.Skip(1).Select(other => PredictionsCsv.Compare(runs[0].Run.Predictions, other.Run.Predictions))]);
    }

    /// <summary>The settings in which the runs differ, with each run's value.</summary>
    public IReadOnlyList<(string Key, IReadOnlyList<string> Values)> Differences =>
    [
        .. Setting.All.Select(setting => (setting.Key, (IReadOnlyList<string>)[.. Runs.Select(run => setting.Get(run.Config) ?? "–")]))
            .Where(row => row.Item2.Distinct().Skip(1).Any()),
    ];

    /// <summary>The result of a paired test, in a sentence.</summary>
    public static string Verdict(PairedComparison pair)
    {
        ArgumentNullException.ThrowIfNull(pair);
        var points = $"{100 * Math.Abs(pair.Difference):0.0} points";
        var counts = $"of {pair.Photos} shared photos, only the first is right on {pair.OnlyFirst} and only the second on "
            + $"{pair.OnlySecond}; McNemar's exact test: p = {P(pair.PValue)}";
        return !pair.Differ
            ? "They do not differ measurably "
                + $"({(pair.Difference == 0 ? "equal errors" : $"{points} apart, which chance alone could explain")}: {counts})."
            : $"The {(pair.Difference < 0 ? "second" : "first")} is better by {points} ({counts}).";
    }

    private static string P(double p) => p < .001 ? p.ToString("0.0e-0") : p.ToString("0.000");
}
