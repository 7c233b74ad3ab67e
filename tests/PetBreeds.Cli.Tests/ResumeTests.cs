using System.Diagnostics;
using Xunit;

namespace PetBreeds.Cli.Tests;

public sealed class ResumeTests : IDisposable
{
    private const string Settings = "train --data sample --arch resnet18 --weights none --presize 64 --size 32 --batch-size 16 --epochs 1 "
        + "--freeze-epochs 0 --device cpu --save-every 0.02";

    private static readonly Dictionary<string, string> OneThread = new() { ["OMP_NUM_THREADS"] = "1" };

    private readonly PetBreedsProgram _program = new();

    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("INT", 130)]
    public void An_interrupted_run_says_how_to_go_on_and_ends_as_the_run_never_interrupted(string signal, int code)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no signals there");
        Assert.SkipWhen(signal == "INT" && IgnoresInterrupts(), "started in the background of a shell, where SIGINT is ignored");
        var whole = Run([.. Settings.Split(' '), "--out", "whole", "--name", "run"]);
        Assert.Equal(0, whole.ExitCode);

        using (var process = Start([.. Settings.Split(' '), "--out", "parts", "--name", "run"]))
        {
            WaitFor(process, () => Checkpoints("parts").Any(step => step > 3));
            Process.Start("kill", [$"-{signal}", $"{process.Id}"])!.WaitForExit();
            var said = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.Equal(code, process.ExitCode);
            Assert.Contains($"resume with: petbreeds train --resume {At("parts", "run")}", said);
            Assert.EndsWith("Interrupted.\n", said);
            Assert.DoesNotContain("   at ", said);
        }

        var other = Run("train", "--resume", "--out", "parts", "--lr", "1e-3", "--batch-size", "8");
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("--lr is '1e-3', but the run has '2e-3'", other.Errors);
        Assert.Contains("--batch-size is '8', but the run has '16'", other.Errors);

        var rest = Run("train", "--resume", "--out", "parts");
        Assert.Equal(0, rest.ExitCode);
        Assert.Contains("resumed after step ", rest.Errors);
        Assert.Equal(File.ReadAllBytes(At("whole", "run", "model.safetensors")),
            File.ReadAllBytes(At("parts", "run", "model.safetensors")));
        Assert.Equal(File.ReadAllText(At("whole", "run", "steps.csv")), File.ReadAllText(At("parts", "run", "steps.csv")));
        Assert.False(Directory.Exists(At("parts", "run", "checkpoint")));

        var again = Run("train", "--resume", "run", "--out", "parts");
        Assert.Equal(2, again.ExitCode);
        Assert.Contains("this run is finished", again.Errors);
    }

    [Fact]
    public void A_second_training_in_a_run_folder_is_refused_and_the_first_goes_on()
    {
        using var first = Start([.. Settings.Split(' '), "--out", "runs", "--name", "run", "--keep", "1"]);
        WaitFor(first, () => Checkpoints("runs").Length > 0);
        var second = Run("train", "--resume", "run", "--out", "runs");
        Assert.Equal(2, second.ExitCode);
        Assert.Contains("another training run is active in this folder", second.Errors);
        var same = Run([.. Settings.Split(' '), "--out", "runs", "--name", "run"]);
        Assert.Equal(2, same.ExitCode);
        Assert.Contains("a run of this name already exists", same.Errors);
        _ = first.StandardError.ReadToEnd();
        first.WaitForExit();
        Assert.Equal(0, first.ExitCode);
        Assert.Equal([20], Checkpoints("runs")); // what --keep asked for
    }

    [Theory]
    [InlineData("there is no interrupted run here", "--resume")]
    [InlineData("there is no such run", "--resume", "nothing")]
    [InlineData("a resumed run already has a name", "--resume", "run", "--name", "other")]
    [InlineData("'../x' is not a valid folder name", "--name", "../x", "--data", "sample")]
    public void What_cannot_be_is_one_clear_error(string problem, params string[] arguments)
    {
        var outcome = Run(["train", .. arguments]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(problem, outcome.Errors);
        Assert.DoesNotContain("   at ", outcome.Errors);
    }

    [Fact]
    public void A_run_without_a_checkpoint_cannot_be_resumed()
    {
        _program.Write("runs/begun/checkpoint/lock", "");
        var outcome = Run("train", "--resume", "begun");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("there is nothing to resume: the run was interrupted before its first checkpoint", outcome.Errors);
        Assert.Contains("Start it again with the settings in its config.yaml", outcome.Errors);
    }

    public void Dispose() => _program.Dispose();

    private Outcome Run(params string[] arguments) => _program.Run(OneThread, arguments);

    private Process Start(string[] arguments) => _program.Start(OneThread, arguments);

    private string At(params string[] parts) => Path.Combine([_program.Folder, .. parts]);

    private int[] Checkpoints(string runs) => Directory.Exists(At(runs, "run", "checkpoint"))
        ? [.. Directory.GetFiles(At(runs, "run", "checkpoint"), "step-*.json")
            .Select(path => int.Parse(Path.GetFileNameWithoutExtension(path)[5..]))]
        : [];

    internal static bool IgnoresInterrupts() => OperatingSystem.IsLinux() && File.ReadLines("/proc/self/status")
        .Where(line => line.StartsWith("SigIgn:")).Any(line => (Convert.ToUInt64(line["SigIgn:".Length..].Trim(), 16) >> 1 & 1) != 0);

    private static void WaitFor(Process process, Func<bool> condition)
    {
        while (!condition())
        {
            Assert.False(process.HasExited, "it ended too soon");
            Thread.Sleep(20);
        }
    }
}
