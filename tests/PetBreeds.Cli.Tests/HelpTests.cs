using Xunit;

namespace PetBreeds.Cli.Tests;

public sealed class HelpTests(PetBreedsProgram program) : IClassFixture<PetBreedsProgram>
{
    [Fact]
    public void Root_help_names_every_command()
    {
        var outcome = program.Run("--help");
        Assert.Equal(0, outcome.ExitCode);
        foreach (var command in new[] { "train", "lr-find", "show-batch", "predict", "evaluate", "report", "runs", "data", "doctor" })
            Assert.Contains($"  {command} ", outcome.Output);
    }

    [Theory]
    [InlineData("train")]
    [InlineData("lr-find")]
    [InlineData("predict")]
    [InlineData("evaluate")]
    [InlineData("report")]
    [InlineData("runs")]
    [InlineData("show-batch")]
    [InlineData("data", "sample")]
    [InlineData("data", "summary")]
    [InlineData("data", "verify")]
    [InlineData("data", "get")]
    [InlineData("doctor")]
    public void Every_command_shows_options_and_examples(params string[] command)
    {
        var outcome = program.Run([.. command, "--help"]);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("Options:", outcome.Output);
        Assert.Contains("Examples:", outcome.Output);
        Assert.Contains($"petbreeds {string.Join(' ', command)}", outcome.Output[outcome.Output.IndexOf("Examples:", StringComparison.Ordinal)..]);
        Assert.Empty(outcome.Errors);
    }

    [Fact]
    public void Train_help_shows_ranges_and_defaults()
    {
        var help = program.Run("train", "--help").Output;
        Assert.Contains("32 to 1024. [default: 224]", help);
        Assert.Contains("[default: 2e-3]", help);
    }

    [Fact]
    public void Version_is_one_line() => Assert.Matches(@"^\d+\.\d+\.\d+\S*\s*$", program.Run("--version").Output);
}
