using PetBreeds.Models;
using PetBreeds.Runs;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Steps;
using Xunit;

namespace PetBreeds.Tests.Runs;

public sealed class RunListTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public RunListTests()
    {
        Run("a", error: .3, seconds: 20, measured: .2);
        Run("b", error: .1, seconds: 10, measured: null);
        Run("c", error: null, seconds: 0, measured: null);
        Directory.CreateDirectory(Path.Combine(_folder.Path, "no-run"));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("name", "a b c")]
    [InlineData("-name", "c b a")]
    [InlineData("error", "b a c")]
    [InlineData("-error", "a b c")]
    [InlineData("time", "c b a")]
    public void Runs_are_sorted_and_those_without_the_number_come_last(string sort, string expected) =>
        Assert.Equal(expected, string.Join(' ', RunList.Read(_folder.Path, sort).Select(row => row.Run.Name)));

    [Fact]
    public void A_measured_error_counts_before_the_last_epochs()
    {
        var rows = RunList.Read(_folder.Path);
        Assert.Equal((.2, (.1, .3)), (rows[0].Error!.Value, rows[0].Interval!.Value));
        Assert.Equal(.1, rows[1].Error);
        Assert.Equal(["done", "done", "unfinished"], rows.Select(row => row.State));
        Assert.Equal(("resnet34", "photos", 2), (rows[0].Arch, rows[0].Data, rows[0].Epochs));
    }

    [Fact]
    public void A_damaged_run_is_listed_as_such()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "a", "evaluation.json"), "{}");
        Assert.Equal("damaged", RunList.Read(_folder.Path)[0].State);
        File.WriteAllText(Path.Combine(_folder.Path, "a", "config.yaml"), "nonsense: 1");
        Assert.Equal("damaged", RunList.Read(_folder.Path)[0].State);
    }

    [Fact]
    public void Other_keys_and_folders_are_refused()
    {
        var error = Assert.Throws<UserException>(() => RunList.Read(_folder.Path, "beauty"));
        Assert.Equal("runs cannot be sorted by 'beauty'", error.Problem);
        Assert.Contains("error", error.Remedy);
        Assert.Throws<UserException>(() => RunList.Read(Path.Combine(_folder.Path, "none")));
    }

    private void Run(string name, double? error, double seconds, double? measured)
    {
        var run = new RunFolder(Path.Combine(_folder.Path, name));
        Directory.CreateDirectory(run.Folder);
        File.WriteAllText(run.Config, ConfigFile.Write(
            new TrainOptions { Data = "/somewhere/photos/", Architecture = Architecture.ResNet34 }));
        if (error is null)
            return;
        File.WriteAllText(run.Model, "");
        HistoryCsv.Write(run.History, [new EpochResult(1, true, 1, 1, .9, seconds / 2, 5),
            new EpochResult(2, false, 1, 1, error.Value, seconds / 2, 5)]);
        if (measured is { } value)
            new EvaluationSummary(9, 0, value, [.1, .3], 1 - value, 1, .8, .8, .5, .1, 1, .5, .1,
                [new ClassSummary("x", 9, null, .8, null)]).Write(run.Evaluation);
    }
}
