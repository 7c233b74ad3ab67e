using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace PetBreeds.Cli.Tests;

/// <summary>The program under Open MPI's mpirun; skipped where that is not installed.</summary>
public sealed class RanksTests : IDisposable
{
    private const string Settings = "train --data sample --arch resnet18 --weights none --presize 64 --size 32 --batch-size 16 --epochs 1 "
        + "--freeze-epochs 0 --device cpu --precision fp32 --save-every 0.02 --out runs --name run";

    private readonly PetBreedsProgram _program = new();

    public RanksTests() => Mpirun.SkipUnlessInstalled();

    public void Dispose() => _program.Dispose();

    [Fact]
    public void Rank_0_alone_prints_and_writes_and_an_interrupted_run_can_be_resumed_by_another_number_of_ranks()
    {
        using (var job = Start(2, Settings.Split(' ')))
        {
            WaitFor(job, () => Directory.Exists(At("checkpoint"))
                && Directory.GetFiles(At("checkpoint"), "*.json").Any(path => !path.EndsWith("000000.json", StringComparison.Ordinal)));
            Process.Start("kill", ["-TERM", $"{job.Id}"])!.WaitForExit();
            var said = job.StandardError.ReadToEnd();
            job.WaitForExit();
            Assert.NotEqual(0, job.ExitCode);
            Assert.Single(Lines(said), line => line.Contains("Saved after step", StringComparison.Ordinal));
            Assert.Single(Lines(said), line => line.Contains("2 ranks on 1 machine", StringComparison.Ordinal));
            Assert.Single(Lines(said), line => line.StartsWith("epoch  phase", StringComparison.Ordinal));
        }

        var resumed = Run(1, "train", "--resume", "run", "--out", "runs");
        Assert.True(resumed.ExitCode == 0, resumed.Errors);
        Assert.Contains("resumed after step ", resumed.Errors, StringComparison.Ordinal);
        Assert.Single(Lines(resumed.Output), line => line.StartsWith("error 0.", StringComparison.Ordinal));
        Assert.DoesNotContain('\x1b', resumed.Output); // mpirun gives rank 0 a terminal
        Assert.Equal(1 + 20, File.ReadAllLines(At("steps.csv")).Length);
        Assert.True(File.Exists(At("report.html")));
        Assert.Equal(0, _program.Run("evaluate", At()).ExitCode);
    }

    [Fact]
    public void Folds_and_seeds_are_jobs_of_single_ranks_with_the_results_of_one_process()
    {
        var settings = Settings.Replace("--name run", "", StringComparison.Ordinal)
            .Replace("--data sample", "--data few", StringComparison.Ordinal)
            .Replace("--batch-size", "--batch-size-per-rank", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var images = Path.Combine(_program.Run("data", "sample").Output.Trim(), "images");
        Directory.CreateDirectory(Path.Combine(_program.Folder, "few"));
        foreach (var photo in Directory.GetFiles(images, "*_?.jpg")) // nine of each class
            File.Copy(photo, Path.Combine(_program.Folder, "few", Path.GetFileName(photo)));
        foreach (var ranks in new[] { 1, 2 })
        {
            var crossed = Run(ranks, [.. settings, "--cross-validate", "2", "--name", $"crossed{ranks}"]);
            Assert.True(crossed.ExitCode == 0, crossed.Errors);
        }
        Assert.Equal(File.ReadAllText(InRuns("crossed1", "out-of-fold.csv")), File.ReadAllText(InRuns("crossed2", "out-of-fold.csv")));

        Assert.Contains("batch-size: 16", File.ReadAllLines(InRuns("crossed2", "config.yaml"))); // a job has one rank

        var (one, two) = (Run(1, [.. settings, "--repeat", "2", "--json"]), Run(2, [.. settings, "--repeat", "2", "--json"]));
        Assert.True(two.ExitCode == 0, two.Errors);
        Assert.Equal(Errors(one), Errors(two));
        Assert.Equal([42, 43], Errors(two).Select(run => run.Seed));

        static (int Seed, double Error)[] Errors(Outcome outcome)
        {
            using var json = JsonDocument.Parse(outcome.Output[outcome.Output.IndexOf('{', StringComparison.Ordinal)..]);
            return [.. json.RootElement.GetProperty("runs").EnumerateArray()
                .Select(run => (run.GetProperty("seed").GetInt32(), run.GetProperty("error").GetDouble()))];
        }
    }

    [Fact]
    public void A_batch_size_per_rank_is_multiplied_by_the_ranks()
    {
        var outcome = Run(2, [.. Settings.Replace("--batch-size", "--batch-size-per-rank", StringComparison.Ordinal).Split(' ')]);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.Contains("batch-size: 32", File.ReadAllLines(At("config.yaml")));
    }

    [Fact]
    public void An_error_of_all_ranks_is_said_by_the_first_and_ends_the_job()
    {
        var job = Run(3, [.. Settings.Replace("--batch-size 16", "--batch-size 4", StringComparison.Ordinal).Split(' ')]);
        Assert.Equal(2, job.ExitCode);
        // the others wait for rank 0 before they say it, too, which mpirun may let them
        Assert.Single(Lines(job.Errors), line => line.Contains(
            "error: --batch-size: 4 photos per step, shared by 3 processes, are fewer than 2 for each", StringComparison.Ordinal));
    }

    [Fact]
    public void Doctor_shows_the_ranks_and_other_commands_run_once()
    {
        var doctor = Run(2, "doctor");
        Assert.True(doctor.ExitCode == 0, doctor.Errors);
        Assert.Single(Lines(doctor.Output), line => line.StartsWith("rank 1 ", StringComparison.Ordinal));

        var runs = Run(2, "data", "sample", "drawn");
        Assert.Equal(0, runs.ExitCode);
        Assert.Single(Lines(runs.Errors),
            line => line.Contains("petbreeds data sample runs in one process; the others do nothing", StringComparison.Ordinal));
    }

    private string At(string name = "") => InRuns("run", name);

    private string InRuns(string run, string name) => Path.Combine(_program.Folder, "runs", run, name);

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static void WaitFor(Process job, Func<bool> condition)
    {
        var limit = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.False(job.HasExited, job.HasExited ? job.StandardError.ReadToEnd() : "");
            Assert.True(limit.Elapsed < TimeSpan.FromMinutes(3));
            Thread.Sleep(20);
        }
    }

    private Outcome Run(int ranks, params string[] arguments) => Mpirun.Run(_program, ranks, arguments);

    private Process Start(int ranks, params string[] arguments) => Mpirun.Start(_program, ranks, arguments);
}
