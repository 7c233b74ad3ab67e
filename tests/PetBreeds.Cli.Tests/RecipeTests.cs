using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace PetBreeds.Cli.Tests;

/// <summary>Solved heads from the command line. The sample's trained network stands in for a pretrained one.</summary>
[Collection(Shared.Trainings)]
public sealed class RecipeTests(SampleRun run)
{
    private string[] Common(string name, string runs = "solved") =>
    [
        "train", "--data", "sample", "--arch", "resnet18", "--weights", Path.Combine(run.Folder, "model.safetensors"), "--presize", "64",
        "--size", "32", "--seed", "1", "--precision", "fp32", "--out", runs, "--name", name,
    ];

    [Fact]
    public void A_probe_is_solved_measured_and_predicts()
    {
        using var probe = Json([.. Common("probe"), "--recipe", "probe", "--json"]);
        var folder = probe.RootElement.GetProperty("run").GetString()!;
        var error = probe.RootElement.GetProperty("error").GetDouble();
        Assert.Equal((0, error),
            (probe.RootElement.GetProperty("epochs").GetInt32(), probe.RootElement.GetProperty("solved_error").GetDouble()));
        Assert.True(error < .6, $"{error}"); // chance is .9
        Assert.StartsWith("0,solved,", File.ReadAllLines(Path.Combine(folder, "history.csv"))[1]);
        Assert.Contains("head solved", File.ReadAllText(Path.Combine(folder, "report.html")));
        Assert.False(File.Exists(Path.Combine(folder, "solved.safetensors")));
        Assert.Equal("linear", Metadata(folder, "head"));
        var photo = Directory.GetFiles(Path.Combine(run.Data, "images"), "*.jpg").Order().First();
        Assert.Equal(0, run.Program.Run("predict", photo, "--model", folder).ExitCode);
        using var evaluated = Json("evaluate", folder, "--json");
        Assert.Equal(error, evaluated.RootElement.GetProperty("error").GetDouble(), 1e-6);
    }

    [Theory]
    [InlineData("better", "0")]
    [InlineData("last", "1")]
    public void Fine_tuning_that_makes_it_worse_is_said_and_not_kept(string final, string epochs)
    {
        var outcome = run.Program.Run([.. Common($"worse-{final}"), "--epochs", "1", "--lr", "1", "--final", final]);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.Matches(
            @"recipe +auto: the head is solved on 2 views of each photo, then 1 epoch with the late layers learning at 1, batch norms kept",
            outcome.Errors);
        var folder = Path.Combine(run.Program.Folder, "solved", $"worse-{final}");
        Assert.Contains($"\"epochs\":\"{epochs}\"", Metadata(folder, "provenance"));
        Assert.Equal(final == "last", File.Exists(Path.Combine(folder, "solved.safetensors")));
        if (final == "better")
            Assert.Contains("is no worse and is kept; --final last keeps the fine-tuned model", outcome.Errors);
    }

    [Fact]
    public void The_finder_starts_from_the_solved_head()
    {
        var finder = run.Program.Run(SampleRun.OneThread, "lr-find", "--data", "sample", "--arch", "resnet18",
            "--weights", Path.Combine(run.Folder, "model.safetensors"), "--presize", "64", "--size", "32", "--seed", "1",
            "--precision", "fp32", "--augment", "none", "--json");
        Assert.True(finder.ExitCode == 0, finder.Errors);
        using var found = JsonDocument.Parse(finder.Output);
        var first = found.RootElement.GetProperty("curve").EnumerateArray().Take(20).ToArray(); // two epochs, at rates too low to learn
        Assert.InRange(first[^1].GetProperty("lr").GetDouble(), 1e-7, 1e-5);
        Assert.InRange(first.Average(point => point.GetProperty("loss").GetDouble()), 0, Math.Log(10) - .2); // a random head has ln 10 or more
    }

    [Fact]
    public void A_run_with_a_solved_head_that_is_interrupted_goes_on_and_ends_as_the_run_never_interrupted()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no signals there");
        var oneThread = new Dictionary<string, string> { ["OMP_NUM_THREADS"] = "1" };
        string[] more = ["--epochs", "1", "--save-every", "0.02"];
        Assert.Equal(0, run.Program.Run(oneThread, [.. Common("run", "whole"), .. more]).ExitCode);
        var (whole, parts) = (Path.Combine(run.Program.Folder, "whole", "run"), Path.Combine(run.Program.Folder, "parts", "run"));
        using (var process = run.Program.Start(oneThread, [.. Common("run", "parts"), .. more]))
        {
            while (!File.Exists(Path.Combine(parts, "steps.csv"))
                || !Directory.EnumerateFiles(Path.Combine(parts, "checkpoint"), "*.json").Any())
            {
                Assert.False(process.HasExited, "it ended too soon");
                Thread.Sleep(20);
            }
            Process.Start("kill", ["-TERM", $"{process.Id}"])!.WaitForExit();
            var said = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 143, said);
        }
        var rest = run.Program.Run(oneThread, "train", "--resume", "--out", "parts");
        Assert.True(rest.ExitCode == 0, rest.Errors);
        Assert.Contains("resumed after ", rest.Errors);
        Assert.Equal(File.ReadAllBytes(Path.Combine(whole, "model.safetensors")),
            File.ReadAllBytes(Path.Combine(parts, "model.safetensors")));
    }

    /// <summary>What a run's model says of itself: the head of a safetensors file is its length, then JSON.</summary>
    private static string Metadata(string folder, string key)
    {
        using var file = new BinaryReader(File.OpenRead(Path.Combine(folder, "model.safetensors")));
        using var head = JsonDocument.Parse(file.ReadBytes((int)file.ReadInt64()));
        return head.RootElement.GetProperty("__metadata__").GetProperty(key).GetString()!;
    }

    private JsonDocument Json(params string[] arguments)
    {
        var outcome = run.Program.Run(arguments);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        return JsonDocument.Parse(outcome.Output);
    }
}
