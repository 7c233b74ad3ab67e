using System.Text.Json;
using Xunit;

namespace PetBreeds.Cli.Tests;

[Collection(Shared.Trainings)]
public sealed class CrossValidateTests(SampleRun run)
{
    private static readonly string[] Quick =
    [
        "--data", "sample", "--arch", "resnet18", "--weights", "none", "--presize", "64", "--size", "48", "--batch-size", "32",
        "--freeze-epochs", "0", "--epochs", "1", "--lr", "3e-3", "--seed", "1",
    ];

    [Fact]
    public void Its_run_has_an_answer_for_every_photo_and_can_be_cleaned()
    {
        var outcome = run.Program.Run(["train", .. Quick, "--cross-validate", "2", "--out", "crossed", "--json"]);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.Equal(2, outcome.Errors.Split('\n').Count(line => line.StartsWith("fold ")));
        using var result = JsonDocument.Parse(outcome.Output);
        var (folder, error) = (result.RootElement.GetProperty("run").GetString()!, result.RootElement.GetProperty("error").GetDouble());
        Assert.Equal(401, File.ReadAllLines(Path.Combine(folder, "out-of-fold.csv")).Length);
        Assert.Contains("--cross-validate 2", File.ReadLines(Path.Combine(folder, "config.yaml")).First());
        var folds = result.RootElement.GetProperty("folds").EnumerateArray()
            .Select(fold => fold.GetProperty("error").GetDouble()).ToArray();
        Assert.Equal(folds.Average(), error, 1e-12);
        Assert.Equal(Math.Abs(folds[0] - folds[1]) / Math.Sqrt(2), result.RootElement.GetProperty("error_deviation").GetDouble(), 1e-12);

        using var listed = JsonDocument.Parse(run.Program.Run("clean", folder, "--list", "--json").Output);
        Assert.Equal(400, listed.RootElement.GetProperty("photos").GetArrayLength());
        using var runs = JsonDocument.Parse(run.Program.Run("runs", "crossed", "--json").Output);
        var row = runs.RootElement[0];
        Assert.Equal(("cross-validated", error), (row.GetProperty("state").GetString(), row.GetProperty("error").GetDouble()));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("21")]
    public void A_number_of_parts_that_makes_no_sense_is_refused(string folds)
    {
        var outcome = run.Program.Run(["train", .. Quick, "--cross-validate", folds]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains($"{folds} is not a valid number of folds", outcome.Errors);
    }
}
