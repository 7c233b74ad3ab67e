using System.CommandLine;
using PetBreeds.Cli.Console;
using PetBreeds.Distributed;
using PetBreeds.Evaluation;
using PetBreeds.Runs;
using PetBreeds.Training.Configuration;

namespace PetBreeds.Cli.Commands;

/// <summary>Repeats a training with several seeds, to tell its error from chance.</summary>
internal static class RepeatedTraining
{
    private const int Most = 1000;

    public static Option<int?> Times { get; } = new("--repeat")
    {
        Description = $"Train N times, 2 to {Most}, with seeds from --seed upwards, and print the mean and spread of the error. "
            + "A random split is redrawn each time.",
        HelpName = "N",
    };

    /// <summary>The requested seeds; null for a single run.</summary>
    public static int[]? Seeds(ParseResult parsed, TrainOptions config)
    {
        if (parsed.GetValue(Times) is not { } times)
            return null;
        return times is >= 2 and <= Most && config.Seed <= int.MaxValue - times
            ? [.. Enumerable.Range(config.Seed, times)]
            : throw new UserException($"'{times}' is not a whole number from 2 to {Most}, or the seeds would be too large", "--repeat");
    }

    /// <summary>Trains with each of the seeds; of several processes, each trains with its share of them, and rank 0 prints.</summary>
    /// <param name="seeds">The seeds.</param>
    /// <param name="train">Trains with one seed.</param>
    /// <param name="group">The processes.</param>
    /// <param name="json">Whether to print JSON.</param>
    public static int Run(int[] seeds, Func<int, TrainedRun> train, IProcessGroup group, bool json)
    {
        var runs = group.Jobs(seeds.Length, i =>
        {
            Terminal.Note($"run {i + 1} of {seeds.Length}, seed {seeds[i]}");
            var run = train(seeds[i]);
            return new Repeated(run.Seed, run.Kept.Error, run.Kept.ValidLoss, run.Run.Folder);
        });
        if (group.Rank > 0)
            return ExitCode.Done;
        var errors = Spread.Of([.. runs.Select(run => run.Error)]);
        var losses = Spread.Of([.. runs.Select(run => run.ValidLoss)]);
        if (json)
            ShowJson(runs, errors, losses);
        else
            Show(runs, errors, losses);
        return ExitCode.Done;
    }

    private static void Show(Repeated[] runs, Spread errors, Spread losses)
    {
        Terminal.Result("seed   error  valid loss  run");
        foreach (var run in runs)
            Terminal.Result($"{run.Seed,4}  {run.Error:0.0000}  {run.ValidLoss,10:0.0000}  {run.Folder}");
        Terminal.Result($"error {errors.Mean:0.0000} ± {errors.Deviation:0.0000} (mean and sample standard deviation of {errors.Count} "
            + $"runs; standard error {errors.Deviation / Math.Sqrt(errors.Count):0.0000}), "
            + $"valid loss {losses.Mean:0.0000} ± {losses.Deviation:0.0000}");
    }

    private static void ShowJson(Repeated[] runs, Spread errors, Spread losses) => Terminal.Json(new
    {
        runs = runs.Select(run => new { run = run.Folder, seed = run.Seed, error = run.Error, valid_loss = run.ValidLoss }),
        error_mean = errors.Mean,
        error_sd = errors.Deviation,
        valid_loss_mean = losses.Mean,
        valid_loss_sd = losses.Deviation,
    });

    /// <summary>The result of one seed.</summary>
    private sealed record Repeated(int Seed, double Error, double ValidLoss, string Folder);
}
