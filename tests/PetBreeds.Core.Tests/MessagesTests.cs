using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xunit;

namespace PetBreeds.Tests;

/// <summary>Every message for users is provoked by a test: some of its words are asserted by one.</summary>
public partial class MessagesTests
{
    /// <summary>
    /// So many words of a message in a row, with no value among them, must be asserted by a test; fewer only where it has no such run.
    /// </summary>
    private const int InARow = 3;

    /// <summary>Parts of a message that are shorter say too little.</summary>
    private const int Shortest = 6;

    /// <summary>Messages without such words, as the source writes them, and why.</summary>
    private static readonly Dictionary<string, string> Excused = new()
    {
        ["unavailable on Windows"] = "Windows alone says it",
        ["""TorchSharp's native library {LibraryName("LibTorchSharp")} is missing"""] = "without that library no test runs",
        ["{given.Place}: {e.Message}"] = "passes on a setting's message; ErrorTests.Wrong_value_in_a_file_names_the_line",
        ["line {e.Start.Line}: {e.Message}"] = "passes on YamlDotNet's message; ConfigTests.Wrong_files_are_refused",
        ["'{name}': {problem} ({tally.Problems.Count} such "] =
            "passes on the catalog's words; EvaluatorTests.Photos_of_other_classes_are_refused_and_fewer_classes_are_not",
        ["'{row.Photo.Name}' is {contradiction}"] =
            "its words are beside it; CsvTests.A_photo_listed_twice_counts_once_and_must_not_contradict_itself",
    };

    /// <summary>All that tests assert, a line each.</summary>
    private static readonly Lazy<string> Tests = new(() => string.Join('\n',
        Sources("tests").Where(file => Path.GetFileName(file) != $"{nameof(MessagesTests)}.cs")
            .SelectMany(file => Asserted(File.ReadAllText(file)))));

    [Fact]
    public void Every_message_has_words_that_a_test_asserts()
    {
        var messages = Messages();
        Assert.InRange(messages.Length, 250, 1000); // or else the search is broken
        string[] untested = [.. from message in messages
                                where !Excused.ContainsKey(message.Text) && !IsTested(message.Text)
                                select $"{message.File}: {message.Text}"];
        Assert.Empty(untested);
    }

    [Fact]
    public void What_is_excused_is_there_and_untested()
    {
        var messages = Messages();
        Assert.All(Excused.Keys, text => Assert.Contains(messages, message => message.Text == text));
        Assert.All(Excused.Keys, text => Assert.False(IsTested(text), text));
    }

    [Theory]
    [InlineData("throw new UserException($\"no {(a ? \"b\" : \"c\")} here\", place)", "no {(a ? \"b\" : \"c\")} here")]
    [InlineData("throw file.Damaged(\"has \\\"x\\\"\")", "has \\\"x\\\"")]
    [InlineData("new FormatException(\n    $\"'{text}' is { new { A = 1 } }\" + more)", "'{text}' is { new { A = 1 } }")]
    public void A_message_is_found_whole(string source, string expected) =>
        Assert.Equal(expected, Thrown().Match(source).Groups["text"].Value);

    [Fact]
    public void What_is_asserted_are_the_texts_within_assertions_and_the_data_of_theories() => Assert.Equal(
        ["first", "raw \" text", "an {Of(\"it\")} end", "data", "deeper"],
        Asserted(""""
            // Assert.Equal("a comment")
            var text = "an input";
            Assert.Contains("first", text); Run("an input");
            Assert.Equal<string>("""raw " text""", Text(')', /* "a comment" */ $"an {Of("it")} end"));
            [InlineData(3, "data")]
            Assert.All(texts, text => Assert.True(text == ("deeper")));
            NoAssert("an input");
            """"));

    /// <summary>The texts within assertions, and in the data of theories, whose methods are short and assert.</summary>
    private static IEnumerable<string> Asserted(string source)
    {
        var depth = 0; // of parentheses, from an assertion's on
        foreach (Match token in Token().Matches(source))
        {
            if (token.Groups["text"] is { Success: true, Value: var text } && depth > 0)
                yield return text;
            else if (token.Groups["assertion"].Success || token.Value == "(" && depth > 0)
                depth++;
            else if (token.Value == ")" && depth > 0)
                depth--;
        }
    }

    private static bool IsTested(string message)
    {
        string[][] parts = [.. Hole().Split(message).Where(part => part.Trim().Length >= Shortest).Select(Words)];
        var telling = Array.FindAll(parts, words => words.Length >= InARow);
        return (telling.Length > 0 ? telling : parts).Any(words =>
        {
            var run = Math.Min(InARow, words.Length);
            return Enumerable.Range(0, words.Length - run + 1)
                .Any(i => Tests.Value.Contains(string.Join(' ', words[i..(i + run)]), StringComparison.Ordinal));
        });
    }

    private static string[] Words(string part) => part.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static (string File, string Text)[] Messages() =>
    [
        .. from file in Sources("src")
           from Match thrown in Thrown().Matches(File.ReadAllText(file))
           select (Path.GetFileName(file), thrown.Groups["text"].Value),
    ];

    internal static string[] Sources(string folder, [CallerFilePath] string here = "") =>
        Directory.GetFiles(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", folder)), "*.cs",
            SearchOption.AllDirectories);

    private const string HolePattern = """\{(?:[^{}"]|"(?:[^"\\]|\\.)*"|\{[^{}]*\})*\}""";

    /// <summary>Comments, texts in any quotes, characters, the start of an assertion, and parentheses.</summary>
    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/|(?<q>""{3,})(?<text>.*?)\k<q>|"
        + @"\$?""(?<text>(?:" + HolePattern + @"|[^""\\]|\\.)*)""|'(?:[^'\\]|\\.)+'"
        + @"|(?<assertion>\b(?:Assert\.\w+(?:<[^()]*>)?|InlineData)\()|[()]", RegexOptions.Singleline)]
    private static partial Regex Token();

    [GeneratedRegex(HolePattern)]
    private static partial Regex Hole();

    [GeneratedRegex("""(?:new UserException|new FormatException|errors\.Add|\.Damaged)\(\s*\$?"(?<text>(?:""" + HolePattern
        + """|[^"\\]|\\.)*)["]""")]
    private static partial Regex Thrown();
}
