using System.Globalization;
using System.Text.Json;
using Xunit;

namespace PetBreeds.Cli.Tests;

/// <summary>A finished model has one error and one loss, whoever is asked, also where it was trained in half precision.</summary>
public sealed class OneNumberTests(PetBreedsProgram program) : IClassFixture<PetBreedsProgram>
{
    private const int Photos = 80; // of the sample, for validation

    [Theory]
    [InlineData("bf16", "ce")]
    [InlineData("bf16", "bce")]
    [InlineData("fp32", "ce")]
    public void The_training_its_files_runs_report_and_evaluate_agree(string precision, string loss)
    {
        var name = $"{precision}-{loss}";
        var trained = Json("train", "--data", "sample", "--arch", "resnet18", "--weights", "none", "--presize", "64", "--size", "32",
            "--batch-size", "32", "--freeze-epochs", "0", "--epochs", "1", "--lr", "3e-3", "--seed", "1",
            "--precision", precision, "--loss", loss, "--name", name);
        var folder = Path.Combine(program.Folder, "runs", name);
        var wrong = Wrong(trained);
        var last = File.ReadAllLines(Path.Combine(folder, "history.csv"))[^1].Split(',');
        var valid = Json("evaluate", folder);
        var listed = Json("runs").EnumerateArray().Single(run => run.GetProperty("run").GetString() == folder);
        using var written = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "evaluation.json")));
        var rows = File.ReadAllLines(Path.Combine(folder, "predictions.csv")).Skip(1).Select(line => line.Split(',')).ToArray();

        Assert.Equal(wrong, (int)Math.Round(Photos * Number(last[4])));
        Assert.Equal(wrong, Wrong(valid));
        Assert.Equal(wrong, Wrong(listed));
        Assert.Equal(wrong, (int)Math.Round(Photos * written.RootElement.GetProperty("error").GetDouble()));
        Assert.Equal(wrong, rows.Count(row => row[1] != row[2]));
        Assert.Contains($"{wrong} were classified wrongly", File.ReadAllText(Path.Combine(folder, "report.html")));
        Assert.Equal(valid.GetProperty("log_loss").GetDouble(), written.RootElement.GetProperty("log_loss").GetDouble(), 1e-9);
        Assert.Equal(Number(last[3]), valid.GetProperty("uncalibrated").GetProperty("log_loss").GetDouble(), 1e-4);
    }

    private static double Number(string cell) => double.Parse(cell, CultureInfo.InvariantCulture);

    private static int Wrong(JsonElement result) => (int)Math.Round(Photos * result.GetProperty("error").GetDouble());

    private JsonElement Json(params string[] arguments)
    {
        var outcome = program.Run([.. arguments, "--json"]);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        using var json = JsonDocument.Parse(outcome.Output);
        return json.RootElement.Clone();
    }
}
