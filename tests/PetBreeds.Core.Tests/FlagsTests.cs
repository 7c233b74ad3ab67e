using System.Text.RegularExpressions;
using PetBreeds.Training.Configuration;
using Xunit;

namespace PetBreeds.Tests;

/// <summary>
/// The library does not know the command line: in its texts, help and comments a setting is its key in backticks, and no command is named.
/// The program turns `epochs 3` into its flag, and adds the command for a <see cref="NextStep"/>.
/// </summary>
public partial class FlagsTests
{
    /// <summary>What looks like one, and why.</summary>
    private static readonly Dictionary<string, string> Excused = new()
    {
        ["BatchQueue.cs: --batch"] = "a decrement",
        ["LabelReader.cs: --notest"] = "convmv's",
        ["Launcher.cs: --mpi"] = "srun's",
        ["MpiGroup.cs: --mpi"] = "srun's",
        ["Mirror.cs: --force-directories"] = "wget's",
    };

    /// <summary>In backticks, but no settings.</summary>
    private static readonly string[] OtherWords = ["convmv", "dotnet", "srun"];

    [Fact]
    public void The_library_names_no_flags_and_no_commands() =>
        Assert.Equal(Excused.Keys.Order(), Library().SelectMany(file => Named(file.Text).Select(found => $"{file.Name}: {found}"))
            .Distinct().Order());

    [Theory]
    [InlineData("/// <summary>What <c>--lr auto</c> takes.", "--lr")]
    [InlineData("\"use a smaller --batch-size.\"", "--batch-size")]
    [InlineData("\"(petbreeds data verify)\"", "petbreeds data")]
    [InlineData("\"`petbreeds lr-find` finds one\"", "petbreeds lr-find")]
    [InlineData("\"petbreeds 0.1.0\", \"a petbreeds run\", i--, x - --y", "--y")]
    public void Flags_and_commands_are_found(string text, string expected) => Assert.Equal([expected], Named(text));

    [Fact]
    public void What_is_in_backticks_is_a_setting()
    {
        string[] words = [.. Library().SelectMany(file => InBackticks().Matches(file.Text))
            .Select(match => match.Groups["key"].Value).Distinct()];
        Assert.Contains("batch-size", words);
        Assert.Empty(words.Except([.. Setting.All.Select(setting => setting.Key), .. OtherWords]));
    }

    private static IEnumerable<string> Named(string text) =>
        Flag().Matches(text).Concat(Command.Value.Matches(text)).Select(match => match.Value);

    private static IEnumerable<(string Name, string Text)> Library() =>
        MessagesTests.Sources(Path.Combine("src", "PetBreeds.Core")).Select(file => (Path.GetFileName(file), File.ReadAllText(file)));

    /// <summary>The program's commands, as its source has them.</summary>
    private static readonly Lazy<Regex> Command = new(() =>
    {
        var names = MessagesTests.Sources(Path.Combine("src", "PetBreeds.Cli"))
            .SelectMany(file => NewCommand().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups["name"].Value).ToArray();
        Assert.Contains("train", names); // or else the search is broken
        return new Regex($@"\bpetbreeds (?:{string.Join('|', names)})\b");
    });

    [GeneratedRegex(@"(?<![\w-])--[a-z][\w-]*")]
    private static partial Regex Flag();

    [GeneratedRegex("""(?:new Command|Command Create\(\) => new)\(\s*"(?<name>[\w-]+)["]""")]
    private static partial Regex NewCommand();

    [GeneratedRegex("`(?<key>[a-z][a-z0-9-]*)(?: [^`\n]+)?`")]
    private static partial Regex InBackticks();
}
