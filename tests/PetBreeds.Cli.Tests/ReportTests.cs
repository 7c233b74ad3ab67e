using System.Text.Json;
using Xunit;

namespace PetBreeds.Cli.Tests;

[Collection(Shared.Answers)]
public sealed class ReportTests(SampleRun run)
{
    [Fact]
    public void Training_leaves_a_report_of_the_last_epochs_error()
    {
        Assert.Matches(@"\nsee   .*report\.html\n", run.Training.Output);
        var page = File.ReadAllText(Path.Combine(run.Folder, "report.html"));
        var last = File.ReadAllLines(Path.Combine(run.Folder, "history.csv"))[^1];
        var error = double.Parse(last.Split(',')[4], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains($"<div class=\"headline\">{100 * (1 - error):0.0}<small>", page);
        Assert.Contains("synthetic sample", page);
        Assert.Contains("Learning rate (of the head)", page);
    }

    [Fact]
    public void Report_makes_it_again_with_a_look_at_the_data()
    {
        var copy = Copy("again");
        File.Delete(Path.Combine(copy, "report.html"));
        var outcome = run.Program.Run("report", copy, "--verify");
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.Equal(Path.Combine(copy, "report.html"), outcome.Output.Trim());
        Assert.DoesNotContain("--verify</code>", File.ReadAllText(Path.Combine(copy, "report.html")));
    }

    [Fact]
    public void Two_runs_are_compared()
    {
        var outcome = run.Program.Run("report", run.Folder, Copy("second"), "--out", "both.html", "--json");
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        using var json = JsonDocument.Parse(outcome.Output);
        var pair = json.RootElement.GetProperty("pairs")[0];
        Assert.Equal((80, 1.0, false),
            (pair.GetProperty("photos").GetInt32(), pair.GetProperty("p").GetDouble(), pair.GetProperty("differ").GetBoolean()));
        Assert.Contains("do not differ", File.ReadAllText(Path.Combine(run.Program.Folder, "both.html")));
    }

    [Fact]
    public void Runs_are_listed()
    {
        var outcome = run.Program.Run("runs", "--sort", "error");
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.Contains(Path.GetFileName(run.Folder), outcome.Output);
        using var json = JsonDocument.Parse(run.Program.Run("runs", "--json").Output);
        Assert.Equal("resnet18", json.RootElement[0].GetProperty("arch").GetString());
        Assert.Equal(2, json.RootElement[0].GetProperty("error_interval").GetArrayLength());
        Assert.Equal(2, run.Program.Run("runs", "--sort", "beauty").ExitCode);
        Assert.Equal(2, run.Program.Run("runs", "nowhere").ExitCode);
    }

    [Fact]
    public void A_run_that_is_none_is_an_error()
    {
        var outcome = run.Program.Run("report", run.Data);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("config.yaml", outcome.Errors);
    }

    private string Copy(string name)
    {
        var folder = Path.Combine(run.Program.Folder, "copies", name);
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.GetFiles(run.Folder))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        return folder;
    }
}
