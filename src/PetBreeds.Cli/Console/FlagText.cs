using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using PetBreeds.Training.Configuration;

namespace PetBreeds.Cli.Console;

/// <summary>Texts of the library for a command line: its settings, which stand in backticks, become flags.</summary>
internal static partial class FlagText
{
    private static readonly HashSet<string> Keys = [.. Setting.All.Select(setting => setting.Key)];

    /// <summary>"use `views 0`" as "use --views 0". What is no setting stays as it is.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Of(string? text) => text is null ? null : InBackticks().Replace(text, match =>
        !Keys.Contains(match.Groups["key"].Value) ? match.Value
        : match.Groups["value"] is { Success: true, Value: var value } ? $"--{match.Groups["key"]} {Quoted(value)}"
        : $"--{match.Groups["key"]}");

    /// <summary>Shells take other characters, as in patterns, for their own.</summary>
    private static string Quoted(string value) => NeedsNoQuotes().IsMatch(value) ? value : $"'{value.Replace("'", @"'\''")}'";

    [GeneratedRegex(@"`(?<key>[a-z][a-z0-9-]*)( (?<value>[^`]+))?`")]
    private static partial Regex InBackticks();

    [GeneratedRegex(@"^[\p{L}\p{M}\p{N}./\\:,+=@%_-]+$")]
    private static partial Regex NeedsNoQuotes();
}
