using Xunit;

namespace PetBreeds.Cli.Tests;

public sealed class HelpTests(PetBreedsProgram program) : IClassFixture<PetBreedsProgram>
{
    [Fact]
    public void Every_command_is_named_and_shows_options_and_examples()
    {
        string[] commands = ["train", "lr-find", "show-batch", "predict", "evaluate", "report", "export", "clean", "serve", "runs", "data",
            "bench", "doctor"];
        Assert.Equal(commands, Commands(program.Run("--help").Output));
        string[] ofData = ["get", "sample", "verify", "summary"];
        Assert.Equal(ofData, Commands(program.Run("data", "--help").Output));
        Assert.All([.. commands.Where(name => name != "data"), .. ofData.Select(name => $"data {name}")], HelpIsWhole);
    }

    private void HelpIsWhole(string command)
    {
        var outcome = program.Run([.. command.Split(' '), "--help"]);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("Options:", outcome.Output);
        Assert.Contains($"petbreeds {command}", outcome.Output[outcome.Output.IndexOf("Examples:", StringComparison.Ordinal)..]);
        Assert.Empty(outcome.Errors);
        Assert.Empty(Commands(outcome.Output)); // or there are commands below it that this test does not know
    }

    /// <summary>The commands that a help text lists.</summary>
    private static string[] Commands(string help) =>
    [
        .. help.ReplaceLineEndings("\n").Split("Commands:\n").Skip(1).SelectMany(list => list.Split("\n\n")[0].Split('\n'))
            .Where(line => line.Length > 2 && line.StartsWith("  ", StringComparison.Ordinal) && line[2] != ' ')
            .Select(line => line.Trim().Split(' ')[0]),
    ];

    [Fact]
    public void Train_help_shows_ranges_defaults_and_flags()
    {
        var help = program.Run("train", "--help").Output;
        Assert.Contains("32 to 1024. [default: 224]", help);
        Assert.Contains("[default: 32]", help);
        Assert.Contains("[default: by recipe]", help);
        Assert.Contains("(and of --exclude and --cleaning files)", help);
        Assert.Contains("`petbreeds clean` writes one.", help);
    }

    [Fact]
    public void Version_is_one_line() => Assert.Matches(@"^\d+\.\d+\.\d+\S*\s*$", program.Run("--version").Output);
}
