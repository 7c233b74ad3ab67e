using System.Text.Json;
using Xunit;

namespace PetBreeds.Cli.Tests;

/// <summary>The command `clean` without a browser.</summary>
[Collection(Shared.Cleaning)]
public sealed class CleanTests(SampleRun run) : IDisposable
{
    private readonly CleanSite _site = new(run);

    public void Dispose() => _site.Dispose();

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public void It_ends_when_told_and_says_what_to_do_next(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no signals");
        Assert.SkipWhen(signal == "INT" && ResumeTests.IgnoresInterrupts(),
            "started in the background of a shell, where SIGINT is ignored");
        Assert.Equal(200, _site.Decide("""{"photo":0,"action":"delete"}"""));
        var (code, output, errors) = _site.End(signal);
        Assert.Equal(0, code);
        Assert.Contains("0 kept, 0 relabelled, 1 left out", output);
        Assert.Contains($"--cleaning {_site.Cleaning}", output);
        Assert.DoesNotContain("Interrupted", errors);
    }

    [Fact]
    public void Two_at_once_would_lose_decisions_and_the_second_is_refused()
    {
        var outcome = run.Program.Run("clean", _site.Run, "--no-browser");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("another `petbreeds clean` is using this file", outcome.Errors);
    }

    [Fact]
    public void The_list_alone_needs_no_page()
    {
        var photos = Listed(_site.Run, "--split", "train");
        Assert.Equal(48, photos.Length);
        Assert.Equal([.. Enumerable.Range(0, 4).Select(i => $"photos/{CleanSite.Name(i)}").Order(StringComparer.Ordinal)],
            photos.Where(photo => photo.Doubtful).Select(photo => photo.Name).Order(StringComparer.Ordinal));
        Assert.Equal(4, photos.TakeWhile(photo => photo.Doubtful).Count());
    }

    [Fact]
    public void What_was_left_out_comes_last_in_whatever_unicode_form_it_was_written()
    {
        const string Name = "photo 3.jpg", OnDisk = "pho\u0308to 3.jpg";
        File.Move(Path.Combine(_site.Folder, "photos", Name), Path.Combine(_site.Folder, "photos", OnDisk));
        foreach (var file in new[] { Path.Combine(_site.Folder, "labels.csv"), Path.Combine(_site.Run, "out-of-fold.csv") })
            File.WriteAllText(file, File.ReadAllText(file).Replace(Name, OnDisk));
        var cleaning = Path.Combine(_site.Folder, "decided.csv");
        File.WriteAllText(cleaning, "photo,action,label,old_label\nphotos/ph\u00F6to 3.jpg,delete,,x\n");
        File.AppendAllText(Path.Combine(_site.Run, "config.yaml"), $"cleaning: '{cleaning}'\n");
        Assert.Equal(($"photos/{OnDisk}", false), Listed(_site.Run, "--split", "train")[^1]);
    }

    /// <summary>They are judged by what the training photos are like, which are not listed.</summary>
    [Fact]
    public void Photos_to_validate_on_are_doubted_too()
    {
        var answers = Path.Combine(_site.Run, "out-of-fold.csv");
        File.WriteAllLines(answers, File.ReadAllLines(answers)
            .Select(row => row.Contains("photo 4.jpg") ? row.Replace("0.05,0.9,0.05", "0.95,0.01,0.04") : row));
        var photos = Listed(_site.Run, "--split", "valid");
        Assert.Equal(12, photos.Length);
        Assert.Equal(("photos/photo 4.jpg", true), photos[0]);
        Assert.DoesNotContain(photos[1..], photo => photo.Doubtful);
    }

    [Theory]
    [InlineData("there is no split 'some'", "--split", "some")]
    [InlineData("70000 is not a valid port", "--port", "70000")]
    [InlineData("the port cannot be used", "--port", "taken", "--out", "other.csv")]
    public void Wrong_flags_are_errors(string problem, params string[] flags)
    {
        var given = flags.Select(flag => flag == "taken" ? $"{_site.Url.Port}" : flag);
        var outcome = run.Program.Run(["clean", _site.Run, "--no-browser", .. given]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(problem, outcome.Errors);
    }

    [Fact]
    public void A_run_with_nothing_to_judge_by_is_an_error()
    {
        File.Delete(Path.Combine(_site.Run, "out-of-fold.csv"));
        var outcome = run.Program.Run("clean", _site.Run, "--no-browser");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("neither a model nor a cross-validation", outcome.Errors);
    }

    [Fact]
    public void A_run_without_cross_validation_is_judged_by_its_model()
    {
        var photos = Listed(run.Folder, "--split", "valid");
        using var measured = JsonDocument.Parse(run.Program.Run("evaluate", run.Folder, "--json").Output);
        Assert.Equal(measured.RootElement.GetProperty("error").GetDouble(), photos.Average(photo => photo.Doubtful ? 1.0 : 0), 1e-9);
    }

    private (string Name, bool Doubtful)[] Listed(string folder, params string[] flags)
    {
        var outcome = run.Program.Run(["clean", folder, "--list", "--json", .. flags]);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        using var json = JsonDocument.Parse(outcome.Output);
        return [.. json.RootElement.GetProperty("photos").EnumerateArray()
            .Select(photo => (photo.GetProperty("photo").GetString()!, photo.GetProperty("doubtful").GetBoolean()))];
    }
}
