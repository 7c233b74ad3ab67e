using System.CommandLine;
using PetBreeds.Catalog.Verification;
using PetBreeds.Cli.Console;
using PetBreeds.Reports;
using PetBreeds.Reports.Html;
using PetBreeds.Runs;
using PetBreeds.Runtime;
using PetBreeds.Training;

namespace PetBreeds.Cli.Commands;

internal static class ReportCommand
{
    private static readonly Argument<string[]> Runs = new("runs")
    {
        Description = "A run's folder or name; two or more are compared. [default: the newest run in ./runs]",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string> Out = new("--out")
    {
        Description = "Where to write a comparison; a single run's report goes into its folder.",
        HelpName = "FILE.html",
        DefaultValueFactory = _ => "comparison.html",
    };

    private static readonly Option<bool> Verify = new("--verify")
    {
        Description = "Check the data as 'data verify' does, and show the findings.",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the numbers as JSON." };

    public static Command Create()
    {
        var command = new Command("report", "Write a run's report.html, or compare runs.")
        {
            Runs, Verify, Out, PredictCommand.Device, Json,
        };
        command.Show(
            "petbreeds report                                         the newest run",
            "petbreeds report runs/NAME --verify                      with a check of the data",
            "petbreeds report runs/FIRST runs/SECOND                  does the second differ?");
        command.Does(Run);
        return command;
    }

    /// <summary>Writes the report of a run that has just been trained. If that fails, the run is still complete.</summary>
    public static void AfterTraining(RunFolder run, TrainingSession session, CancellationToken cancel)
    {
        try
        {
            Make(run, ComputeDevice.Of(session.Device), verify: false, cancel, session.Data);
        }
        catch (UserException e)
        {
            Terminal.Warn($"the report was not written: {e.Message}; to write it, run `petbreeds report {run.Folder}`");
        }
    }

    private static int Run(ParseResult parsed, CancellationToken cancel)
    {
        var given = parsed.GetValue(Runs) ?? [];
        var device = parsed.GetRequiredValue(PredictCommand.Device);
        RunFolder[] runs = given.Length == 0 ? [RunChoice.Of(null)] : [.. given.Select(path => RunChoice.Of(path))];
        if (runs.Length > 1)
            return Compare(parsed, runs, device, cancel);
        var summary = Make(runs[0], device, parsed.GetValue(Verify), cancel);
        if (parsed.GetValue(Json))
            ShowJson(runs[0], summary);
        else
            Terminal.Result(runs[0].Report);
        return ExitCode.Done;
    }

    private static EvaluationSummary Make(
        RunFolder run, ComputeDevice device, bool verify, CancellationToken cancel, TrainingData? trained = null) =>
        ProgressBar.Run("report", bar =>
        {
            var options = new RunReportOptions(device, (done, total) => bar.Report(done, total, $"evaluating {done}/{total} photos"), verify
                ? catalog => DataVerification.Run(catalog, DataVerification.DefaultMinSide,
                    new Direct<(int Done, int Total)>(p => bar.Report(p.Done, p.Total, $"verifying {p.Done}/{p.Total} photos")), cancel)
                : null, trained);
            return RunReport.Make(run, options, cancel);
        });

    private static int Compare(ParseResult parsed, RunFolder[] runs, ComputeDevice device, CancellationToken cancel)
    {
        var compared = runs.Select(run => Measured(run, device, cancel)).ToArray();
        var comparison = RunComparison.Of(compared);
        var page = Path.GetFullPath(parsed.GetRequiredValue(Out));
        ComparePage.Write(page, comparison);
        if (parsed.GetValue(Json))
            ShowJson(comparison, page);
        else
            Show(comparison, page);
        return ExitCode.Done;
    }

    private static ComparedRun Measured(RunFolder run, ComputeDevice device, CancellationToken cancel)
    {
        if (ComparedRun.Read(run) is { } known)
            return known;
        Terminal.Note($"evaluating {run.Name}: evaluation.json or predictions.csv is missing");
        Make(run, device, verify: false, cancel);
        return ComparedRun.Read(run)
            ?? throw new UserException("multi-label runs cannot be compared", run.Folder,
                "Compare what `petbreeds evaluate RUN` prints for each.");
    }

    private static void Show(RunComparison comparison, string page)
    {
        foreach (var (i, run) in comparison.Runs.Index())
            Terminal.Result($"{i + 1}  {run.Run.Name}  error {run.Evaluation.Error:0.0000} ({run.Evaluation.ErrorInterval[0]:0.0000} to "
                + $"{run.Evaluation.ErrorInterval[1]:0.0000}), log loss {run.Evaluation.LogLoss:0.0000}");
        foreach (var (i, pair) in comparison.Pairs.Index())
            Terminal.Result($"1 and {i + 2}: {RunComparison.Verdict(pair)}");
        foreach (var (key, values) in comparison.Differences)
            Terminal.Result($"{key}: {string.Join(" | ", values)}");
        Terminal.Result(page);
    }

    private static void ShowJson(RunFolder run, EvaluationSummary summary) => Terminal.Json(new
    {
        report = run.Report,
        photos = summary.Photos,
        error = summary.Error,
        error_interval = summary.ErrorInterval,
    });

    private static void ShowJson(RunComparison comparison, string page) => Terminal.Json(new
    {
        page,
        runs = comparison.Runs.Select(run => new
        {
            run = run.Run.Folder,
            error = run.Evaluation.Error,
            error_interval = run.Evaluation.ErrorInterval,
            log_loss = run.Evaluation.LogLoss,
        }),
        pairs = comparison.Pairs.Select((pair, i) => new
        {
            first = comparison.Runs[0].Run.Folder,
            second = comparison.Runs[i + 1].Run.Folder,
            photos = pair.Photos,
            only_first_right = pair.OnlyFirst,
            only_second_right = pair.OnlySecond,
            p = pair.PValue,
            differ = pair.Differ,
        }),
        settings = comparison.Differences.Select(row => new { setting = row.Key, values = row.Values }),
    });
}
