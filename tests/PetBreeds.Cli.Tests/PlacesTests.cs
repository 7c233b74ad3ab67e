using Xunit;

namespace PetBreeds.Cli.Tests;

/// <summary>Where the program keeps its files, and what it finds on the system.</summary>
public sealed class PlacesTests : IDisposable
{
    private readonly PetBreedsProgram _program = new();

    [Fact]
    public void The_cache_lies_in_the_home_folder_though_it_is_not_there_yet()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "HOME and XDG_CACHE_HOME are Linux's");
        var home = Path.Combine(_program.Folder, "home", "ada");
        var variables = new Dictionary<string, string> { ["PETBREEDS_CACHE"] = "", ["XDG_CACHE_HOME"] = "relative", ["HOME"] = home };
        var outcome = _program.Run(variables, "data", "sample");
        Assert.Equal(0, outcome.ExitCode);
        Assert.StartsWith(Path.Combine(home, ".cache", "petbreeds"), outcome.Output);
        Assert.Equal(["home"], Directory.GetFileSystemEntries(_program.Folder).Select(Path.GetFileName));
    }

    [Fact]
    public void Without_a_home_folder_it_is_asked_for()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "HOME and XDG_CACHE_HOME are Linux's");
        var variables = new Dictionary<string, string> { ["PETBREEDS_CACHE"] = "", ["XDG_CACHE_HOME"] = "", ["HOME"] = "home/ada" };
        var outcome = _program.Run(variables, "data", "sample");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("error: HOME=home/ada: there is no home folder for the cache", outcome.Errors);
        Assert.Contains("Set PETBREEDS_CACHE to a folder you can write to.", outcome.Errors);
        Assert.Empty(Directory.GetFileSystemEntries(_program.Folder));
    }

    [Fact]
    public void Letters_that_no_font_has_are_warned_of()
    {
        var sample = _program.Run("data", "sample").Output.Trim();
        var photos = Directory.GetFiles(Path.Combine(sample, "images"), "*_1.jpg").Take(4).ToArray();
        foreach (var (i, photo) in photos.Index())
        {
            var folder = Directory.CreateDirectory(Path.Combine(_program.Folder, "photos", i % 2 == 0 ? "cat \u0378" : "dog"));
            File.Copy(photo, Path.Combine(folder.FullName, $"{i}.jpg"));
        }
        var outcome = _program.Run("show-batch", "--data", "photos", "--presize", "64", "--size", "32", "--valid-fraction", "0.5",
            "--out", "batch.png");
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.Contains("warning: no font on this system has some characters (\u0378): pictures show U+0378 and the like instead",
            outcome.Errors);
    }

    public void Dispose() => _program.Dispose();
}
