using System.Text.Json;
using Xunit;

namespace PetBreeds.Cli.Tests;

/// <summary>Repeats, TensorBoard's files, and several labels a photo, from the command line.</summary>
[Collection(Shared.Trainings)]
public sealed class AidsTests(SampleRun run)
{
    private static readonly string[] Small =
    [
        "--arch", "resnet18", "--weights", "none", "--presize", "64", "--size", "32", "--freeze-epochs", "0", "--epochs", "1",
        "--lr", "3e-3",
    ];

    [Fact]
    public void Repeats_print_mean_and_spread_and_leave_a_run_each()
    {
        using var json = Json(["train", "--data", "sample", .. Small, "--repeat", "2", "--seed", "5", "--tensorboard", "--mixup", ".3",
            "--ema", ".9", "--out", "repeated", "--json"]);
        var runs = json.RootElement.GetProperty("runs").EnumerateArray().ToArray();
        Assert.Equal([5, 6], runs.Select(entry => entry.GetProperty("seed").GetInt32()));
        var errors = runs.Select(entry => entry.GetProperty("error").GetDouble()).ToArray();
        Assert.Equal(errors.Average(), json.RootElement.GetProperty("error_mean").GetDouble(), 1e-9);
        Assert.Equal(Math.Abs(errors[0] - errors[1]) / Math.Sqrt(2), json.RootElement.GetProperty("error_sd").GetDouble(), 1e-9);
        foreach (var folder in runs.Select(entry => entry.GetProperty("run").GetString()!))
        {
            Assert.Single(Directory.GetFiles(folder, "events.out.tfevents.*"));
            Assert.Contains("ema: 0.9", File.ReadAllText(Path.Combine(folder, "config.yaml")));
        }
    }

    [Fact]
    public void A_time_becomes_a_plan_that_the_runs_configuration_keeps()
    {
        var outcome = run.Program.Run(["train", "--data", "sample", .. Small, "--time", "40s", "--out", "timed"]);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.Matches(@"plan +0 frozen epochs and \d+ more", outcome.Errors);
        var folder = Directory.GetDirectories(Path.Combine(run.Program.Folder, "timed")).Single();
        var config = File.ReadAllText(Path.Combine(folder, "config.yaml"));
        Assert.Matches(@"\nepochs: \d+\n", config);
        Assert.DoesNotContain("\ntime:", config);
    }

    [Fact]
    public void Several_labels_are_trained_measured_and_named()
    {
        var images = Path.Combine(run.Data, "images");
        static string Labels(string name) =>
            name.Contains("Hound") ? "dog; hound" : name.EndsWith("_9.jpg", StringComparison.Ordinal) ? "" : "other";
        var rows = Directory.GetFiles(images, "*_?.jpg").Select(Path.GetFileName).Order()
            .Select(name => $"{images}/{name},{Labels(name!)}");
        var table = run.Program.Write("several.csv", "photo,label\n" + string.Join('\n', rows));
        using var trained = Json(["train", "--labels", $"csv:{table}", "--label-delim", ";", "--loss", "bce", .. Small, "--batch-size", "8",
            "--out", "several", "--json"]);
        var folder = trained.RootElement.GetProperty("run").GetString()!;
        Assert.Contains("no confusion matrix", File.ReadAllText(Path.Combine(folder, "report.html")));
        using var measured = Json(["evaluate", folder, "--json"]);
        Assert.Equal(trained.RootElement.GetProperty("error").GetDouble(), measured.RootElement.GetProperty("error").GetDouble(), 1e-6);
        Assert.InRange(measured.RootElement.GetProperty("macro_f1").GetDouble(), 0, 1);
        using var all = Json(["predict", run.Photo, "--model", folder, "--threshold", "0", "--json"]);
        Assert.Equal(3, all.RootElement[0].GetProperty("predictions").GetArrayLength());
        var none = run.Program.Run("predict", run.Photo, "--model", folder, "--threshold", "1");
        Assert.Contains("none of these", none.Output);
        Assert.Contains("cannot be compared", run.Program.Run("report", folder, run.Folder).Errors);
        Assert.Contains("--calibrate", run.Program.Run("evaluate", folder, "--calibrate").Errors);
        Assert.Contains("multi-label data cannot be cleaned", run.Program.Run("clean", folder, "--list").Errors);
    }

    [Fact]
    public void A_model_of_one_class_a_photo_is_not_measured_on_several_labels()
    {
        var rows = Directory.GetFiles(Path.Combine(run.Data, "images"), "*_1*.jpg").Order()
            .Select((path, i) => $"{path},{(i == 0 ? "" : Path.GetFileName(path)[..Path.GetFileName(path).LastIndexOf('_')])}");
        var table = run.Program.Write("empty.csv", "photo,label\n" + string.Join('\n', rows));
        var outcome = run.Program.Run("evaluate", run.Folder, "--data", table, "--label-delim", ";");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("predicts one class per photo, but the table has several labels", outcome.Errors);
    }

    private JsonDocument Json(string[] arguments)
    {
        var outcome = run.Program.Run(arguments);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        return JsonDocument.Parse(outcome.Output);
    }
}
