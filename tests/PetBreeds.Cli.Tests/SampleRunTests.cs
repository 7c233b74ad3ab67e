using System.Text.Json;
using Xunit;

namespace PetBreeds.Cli.Tests;

[Collection(Shared.Answers)]
public sealed class SampleRunTests(SampleRun run)
{
    [Fact]
    public void Training_prints_a_line_an_epoch_and_the_result()
    {
        Assert.True(run.Training.ExitCode == 0, run.Training.Errors);
        Assert.Equal(3, run.Training.Errors.Split('\n').Count(line => line.Contains("unfrozen")));
        Assert.Contains("synthetic", run.Training.Errors);
        Assert.Matches(@"^error 0\.\d{4} ", run.Training.Output);
        Assert.DoesNotContain('\x1b', run.Training.Errors + run.Training.Output);
    }

    [Fact]
    public void Run_folder_is_complete()
    {
        string[] names =
            ["config.yaml", "model.safetensors", "steps.csv", "data.json", "evaluation.json", "predictions.csv", "report.html"];
        foreach (var name in names)
            Assert.True(new FileInfo(Path.Combine(run.Folder, name)).Length > 0, name);
        foreach (var name in new[] { "curves.png", "confusion.png" })
        {
            using var picture = Pictures.Read(Path.Combine(run.Folder, name));
            Assert.True(picture.Width > 400, name);
        }
        foreach (var name in new[] { "train_batch.jpg", "top_losses.jpg" })
            Assert.Equal([0xFF, 0xD8, 0xFF], File.ReadAllBytes(Path.Combine(run.Folder, name))[..3]);
        Assert.Equal(4, File.ReadAllLines(Path.Combine(run.Folder, "history.csv")).Length);
        using var environment = JsonDocument.Parse(File.ReadAllText(Path.Combine(run.Folder, "environment.json")));
        Assert.StartsWith("2.10", environment.RootElement.GetProperty("libtorch").GetString());
    }

    [Fact]
    public void Three_epochs_learn_something()
    {
        // Ten classes: guessing has a loss of ln 10. Validation photos are not checked: a few of them are right or wrong by chance.
        var losses = Column("steps.csv", "loss");
        Assert.InRange(losses[..3].Average(), 1.8, 4);
        Assert.InRange(losses[^10..].Average(), 0, .8 * Math.Log(10));
    }

    [Fact]
    public void Config_repeats_the_run()
    {
        var config = Path.Combine(run.Folder, "config.yaml");
        var again = run.Program.Run(SampleRun.OneThread, "train", "--config", config, "--out", "again", "--json");
        Assert.True(again.ExitCode == 0, again.Errors);
        using var result = JsonDocument.Parse(again.Output);
        var folder = Path.Combine(run.Program.Folder, result.RootElement.GetProperty("run").GetString()!);
        foreach (var name in new[] { "steps.csv", "predictions.csv", "confusion.png", "train_batch.jpg" })
        {
            var (first, second) = (File.ReadAllBytes(Path.Combine(run.Folder, name)), File.ReadAllBytes(Path.Combine(folder, name)));
            Assert.True(first.AsSpan().SequenceEqual(second), name);
        }
        Assert.Equal(Tensors(run.Folder), Tensors(folder));
        Assert.Equal(Error(run.Folder), result.RootElement.GetProperty("error").GetDouble(), 1e-6);
    }

    /// <summary>The bytes of a model's tensors: its description, before them, names the run.</summary>
    private static byte[] Tensors(string folder)
    {
        var file = File.ReadAllBytes(Path.Combine(folder, "model.safetensors"));
        return file[(8 + (int)BitConverter.ToUInt64(file))..]; // after the header and its length
    }

    [Fact]
    public void Predict_names_classes_best_first()
    {
        var outcome = run.Program.Run("predict", run.Photo, "--model", run.Folder, "--top", "10", "--json");
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        using var json = JsonDocument.Parse(outcome.Output);
        var probabilities = json.RootElement[0].GetProperty("predictions").EnumerateArray()
            .Select(entry => entry.GetProperty("probability").GetDouble()).ToArray();
        Assert.Equal(10, probabilities.Length);
        Assert.Equal(probabilities.OrderDescending(), probabilities);
        Assert.Equal(1, probabilities.Sum(), 1e-4);
    }

    [Fact]
    public void Predict_says_which_files_of_a_folder_it_passes_over()
    {
        var folder = Directory.CreateDirectory(Path.Combine(run.Program.Folder, "mixed")).FullName;
        File.Copy(run.Photo, Path.Combine(folder, "photo" + Path.GetExtension(run.Photo)));
        for (var i = 0; i < 7; i++)
            File.WriteAllBytes(Path.Combine(folder, $"IMG_{i}.HEIC"), [0, 0, 0, 24, .. "ftypheic\0\0\0\0heic"u8]);
        File.WriteAllText(Path.Combine(folder, "pointer.jpg"), "version https://git-lfs.github.com/spec/v1\noid sha256:4d\nsize 46830\n");
        var outcome = run.Program.Run("predict", folder, "--model", run.Folder, "--json");
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.Contains("7 skipped, of an unsupported kind: HEIC: ", outcome.Errors);
        Assert.Contains("IMG_4.HEIC and 2 more", outcome.Errors);
        Assert.Contains("1 skipped, not a photo but a Git LFS pointer (run git lfs pull): ", outcome.Errors);
        using var json = JsonDocument.Parse(outcome.Output);
        Assert.Equal(8, json.RootElement.EnumerateArray().Count(entry => entry.GetProperty("skipped").ValueKind == JsonValueKind.String));
    }

    [Theory]
    [InlineData("", "PASSIVE")]
    [InlineData("active", "ACTIVE")]
    public void Predict_lets_threads_sleep_while_they_wait_unless_told_otherwise(string chosen, string expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "libgomp's environment is set on Linux only");
        var environment = new Dictionary<string, string> { ["OMP_DISPLAY_ENV"] = "true" };
        if (chosen.Length > 0)
            environment["OMP_WAIT_POLICY"] = chosen;
        var outcome = run.Program.Run(environment, "predict", run.Photo, "--model", run.Folder);
        Assert.Contains($"OMP_WAIT_POLICY = '{expected}'", outcome.Errors); // libgomp says so when it is loaded
    }

    [Fact]
    public void Predict_takes_the_newest_run_and_folders()
    {
        var outcome = run.Program.Run("predict", run.Data, "--top", "1");
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.Equal(400, outcome.Output.Split('\n').Count(line => line.EndsWith(".jpg")));
    }

    [Fact]
    public void Predict_goes_on_past_a_bad_photo_and_says_so()
    {
        var bad = run.Program.Write("bad.jpg", "no photo");
        var outcome = run.Program.Run("predict", bad, run.Photo, "--model", run.Folder);
        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains("bad.jpg", outcome.Errors);
        Assert.Contains("Domino_Hound_1.jpg", outcome.Output);
    }

    [Fact]
    public void Evaluate_agrees_with_the_last_epoch()
    {
        var outcome = run.Program.Run("evaluate", run.Folder, "--json");
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        using var json = JsonDocument.Parse(outcome.Output);
        Assert.Equal(Error(run.Folder), json.RootElement.GetProperty("error").GetDouble(), 1e-6);
        Assert.Equal(80, json.RootElement.GetProperty("photos").GetInt32());
        Assert.True(File.Exists(Path.Combine(run.Folder, "confusion.png")));
    }

    [Fact]
    public void Finder_draws_and_suggests()
    {
        var outcome = run.Program.Run(
            "lr-find", "--config", Path.Combine(run.Folder, "config.yaml"), "--size", "32", "--batch-size", "8", "--out", "curve.png");
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        foreach (var name in new[] { "valley", "slide", "minimum/10", "steep" })
            Assert.Matches($@"\n[VLMT] {name} ", outcome.Output);
        Assert.True(File.Exists(Path.Combine(run.Program.Folder, "curve.png")));
    }

    [Fact]
    public void Doctor_finds_libtorch()
    {
        var outcome = run.Program.Run("doctor");
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.Contains("self-test passed", outcome.Output);
    }

    private double[] Column(string file, string name)
    {
        var rows = File.ReadLines(Path.Combine(run.Folder, file)).Select(line => line.Split(',')).ToArray();
        var column = Array.IndexOf(rows[0], name);
        return [.. rows.Skip(1).Select(row => double.Parse(row[column], System.Globalization.CultureInfo.InvariantCulture))];
    }

    private static double Error(string folder) =>
        double.Parse(File.ReadAllLines(Path.Combine(folder, "history.csv"))[^1].Split(',')[4],
            System.Globalization.CultureInfo.InvariantCulture);
}
