using System.Text.Json;
using Xunit;

namespace PetBreeds.Cli.Tests;

/// <summary>data verify on the sample data set with and without planted faults, and training without them.</summary>
public sealed class VerifyTests(SampleWithFaults sample) : IClassFixture<SampleWithFaults>
{
    [Fact]
    public void Whole_data_set_passes_and_writes_no_list()
    {
        var outcome = sample.Program.Run("data", "verify", "--data", "sample", "--out", "whole.txt");
        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Errors);
        Assert.Contains("nothing found that would harm training", outcome.Output);
        Assert.False(File.Exists(Path.Combine(sample.Program.Folder, "whole.txt")));
    }

    [Fact]
    public void Faults_fail_and_are_grouped_by_severity()
    {
        var outcome = Verify("table.txt");
        Assert.Equal(1, outcome.ExitCode);
        var harmful = outcome.Output.IndexOf("HARMFUL", StringComparison.Ordinal);
        var knowing = outcome.Output.IndexOf("WORTH KNOWING", StringComparison.Ordinal);
        foreach (var text in new[] { "the file is empty (0 bytes)", "cut short", "same file, in train and valid" })
            Assert.InRange(outcome.Output.IndexOf(text, StringComparison.Ordinal), harmful, knowing);
        Assert.InRange(outcome.Output.IndexOf("note.txt", StringComparison.Ordinal), knowing, outcome.Output.Length);
        Assert.DoesNotContain('\x1b', outcome.Output + outcome.Errors);
    }

    [Fact]
    public void Json_has_every_finding()
    {
        var outcome = Verify("json.txt", "--json");
        Assert.Equal(1, outcome.ExitCode);
        using var json = JsonDocument.Parse(outcome.Output);
        var findings = json.RootElement.GetProperty("findings").EnumerateArray().ToList();
        Assert.Equal(json.RootElement.GetProperty("harmful").GetInt32(),
            findings.Count(f => f.GetProperty("severity").GetString() == "harmful"));
        var copy = findings.Single(f => f.GetProperty("kind").GetString() == "copy-across-splits");
        Assert.Equal(["train/a/0.jpg", "valid/a/copy.jpg"], copy.GetProperty("photos").EnumerateArray().Select(p => p.GetString()));
        Assert.Equal(["train/a/0.jpg", "train/a/cut.jpg", "train/a/empty.jpg"],
            json.RootElement.GetProperty("exclude").EnumerateArray().Select(e => e.GetProperty("photo").GetString()));
        Assert.EndsWith("json.txt", json.RootElement.GetProperty("exclude_file").GetString());
    }

    [Fact]
    public void Training_takes_the_list_and_verify_then_passes()
    {
        Assert.Equal(1, Verify("exclude.txt").ExitCode);
        var training = Train("--exclude", "exclude.txt");
        Assert.True(training.ExitCode == 0, training.Errors);
        Assert.Contains("23 photos to train on, 7 to validate on", training.Errors); // 24 whole ones but for one copy
        Assert.Contains("3 excluded (such as train/a/0.jpg)", training.Errors);
        Assert.DoesNotContain("warning", training.Errors);
        var config = File.ReadAllText(Directory.GetFiles(sample.Program.Folder, "config.yaml", SearchOption.AllDirectories).Single(
            file => File.ReadAllText(file).Contains("\nexclude: ")));
        Assert.Contains(Path.Combine(sample.Program.Folder, "exclude.txt"), config);

        Assert.Equal(0, Verify("exclude.txt", "--exclude", "exclude.txt").ExitCode);
    }

    [Fact]
    public void Training_goes_on_past_bad_photos_and_counts_them_in_the_end()
    {
        var training = Train();
        Assert.True(training.ExitCode == 0, training.Errors);
        var line = Assert.Single(training.Errors.Split('\n'), l => l.Contains("cut.jpg"));
        Assert.StartsWith("warning: " + sample.Data, line);
        Assert.Contains("cut short", line);
        Assert.Contains("1 photo could not be decoded and were left out", training.Errors);
    }

    [Fact]
    public void List_that_names_no_photo_is_refused()
    {
        sample.Program.Write("wrong.txt", "train/a/0.jpg\nelsewhere.jpg\n");
        var outcome = Train("--exclude", "wrong.txt");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("'elsewhere.jpg'", outcome.Errors);
    }

    [Fact]
    public void File_of_somebody_else_is_not_written_over()
    {
        var file = sample.Program.Write("mine.txt", "my notes\n");
        var outcome = Verify("mine.txt");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("is not a list that petbreeds wrote", outcome.Errors);
        Assert.Equal("my notes\n", File.ReadAllText(file));
    }

    private Outcome Verify(string list, params string[] more) =>
        sample.Program.Run(["data", "verify", "--data", sample.Data, "--out", list, .. more]);

    private Outcome Train(params string[] more) => sample.Program.Run([
        "train", "--data", sample.Data, "--arch", "resnet18", "--weights", "none", "--presize", "40", "--size", "32", "--batch-size", "8",
        "--freeze-epochs", "0", "--epochs", "1", .. more]);
}

/// <summary>Sample photos in train and valid folders, with a copy in both, an empty file, one cut short and a note.</summary>
public sealed class SampleWithFaults : IDisposable
{
    public SampleWithFaults()
    {
        var drawn = Program.Run("data", "sample").Output.Trim();
        foreach (var (label, breed) in new[] { ("a", "Domino_Hound"), ("b", "Snowdrop_Spitz") })
            for (var i = 0; i < 15; i++)
                File.Copy(Path.Combine(drawn, "images", $"{breed}_{i + 1}.jpg"), Named(i < 12 ? "train" : "valid", label, $"{i}.jpg"));
        File.Copy(Named("train", "a", "0.jpg"), Named("valid", "a", "copy.jpg"));
        var photo = File.ReadAllBytes(Named("train", "a", "1.jpg"));
        File.WriteAllBytes(Named("train", "a", "cut.jpg"), photo[..(photo.Length / 2)]);
        File.WriteAllBytes(Named("train", "a", "empty.jpg"), []);
        File.WriteAllText(Named("train", "a", "note.txt"), "a note");
    }

    public PetBreedsProgram Program { get; } = new();

    public string Data => Path.Combine(Program.Folder, "faults");

    public void Dispose() => Program.Dispose();

    private string Named(string split, string label, string name) =>
        Path.Combine(Directory.CreateDirectory(Path.Combine(Data, split, label)).FullName, name);
}
