using System.Text;
using PetBreeds.Runtime;
using PetBreeds.Runtime.Files;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace PetBreeds.Training.Configuration;

/// <summary>A setting as the user wrote it.</summary>
/// <param name="Key">A key of <see cref="Setting.All"/>.</param>
/// <param name="Value">Its value as text.</param>
/// <param name="Place">Where it was written, such as file and line, for error messages.</param>
internal sealed record GivenSetting(string Key, string Value, string Place);

/// <summary>Reads and writes configurations as flat YAML, one setting per line.</summary>
internal static class ConfigFile
{
    private const int MostBytes = 1 << 20;
    private const int DeepestEvent = 6; // stream, document, mapping, and a few more for a better error message
    /// <summary>Reads the settings of a file; only their keys are checked.</summary>
    /// <exception cref="UserException">
    /// The file cannot be read, is not flat YAML, or contains unknown keys (all are named, each with the closest match).
    /// </exception>
    public static IReadOnlyList<GivenSetting> Read(string path)
    {
        var given = new List<GivenSetting>();
        var errors = new List<string>();
        foreach (var (key, value) in Mapping(path))
        {
            var place = $"{path}, line {key.Start.Line}";
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (EarlyStopping.Names.Contains(name))
                throw EarlyStopping.Refusal(place);
            if (Setting.All.All(setting => setting.Key != name))
                errors.Add($"{place}: unknown key '{name}'; did you mean '{Nearest(name)}'?");
            else if (value is YamlScalarNode { Value: { } text })
                given.Add(new GivenSetting(name, text, $"{place}, {name}"));
            else
                errors.Add($"{place}: '{name}' takes a single value, not a list or a mapping");
        }
        return errors.Count == 0 ? given : throw new UserException(string.Join('\n', errors))
        {
            Next = NextStep.ListSettings,
        };
    }

    /// <summary>
    /// Applies the settings of the recipe, then the given settings in order; later ones win. All invalid values are reported in one error.
    /// </summary>
    /// <exception cref="UserException">Values are out of range or do not fit together.</exception>
    public static TrainOptions Apply(TrainOptions config, IEnumerable<GivenSetting> settings)
    {
        var errors = new List<string>();
        GivenSetting[] all = [.. settings];
        if (all.LastOrDefault(given => given.Key == "recipe") is { } last && EnumNames.Named<RecipeKind>(last.Value.Trim()) is { } recipe)
            config = Recipe.Apply(recipe, config);
        foreach (var given in all)
        {
            // YAML can write "\0"; .NET rejects either one as a path
            if (string.IsNullOrWhiteSpace(given.Value) || given.Value.Contains('\0'))
            {
                errors.Add($"{given.Place}: the value {(given.Value.Contains('\0') ? "contains a null character" : "is empty")}");
                continue;
            }
            if (given.Value.Trim().Any(char.IsControl)) // "D:\new\test" in double quotes contains a line break and a tab
            {
                errors.Add($"{given.Place}: the value contains a control character; in YAML, put a value that contains \\ in "
                    + "single quotes");
                continue;
            }
            try
            {
                config = Setting.All.Single(setting => setting.Key == given.Key).Set(config, given.Value.Trim());
            }
            catch (FormatException e)
            {
                errors.Add($"{given.Place}: {e.Message}");
            }
        }
        errors.AddRange(config.Misfits());
        return errors.Count == 0 ? config : throw new UserException(string.Join('\n', errors));
    }

    /// <summary>Formats a configuration as a file that <see cref="Read"/> can read.</summary>
    public static string Write(TrainOptions config)
    {
        var text = new StringBuilder();
        foreach (var setting in Setting.All)
        {
            if (setting.Get(config) is { } value)
                text.Append($"{setting.Key}: {Scalar(value)}\n");
        }
        return text.ToString();
    }

    /// <summary>Writes a configuration to a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="comment">The first line.</param>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Save(string path, TrainOptions config, string comment) =>
        AtomicFile.WriteText(path, "the configuration", $"# {comment}\n{Write(config)}");

    private static IEnumerable<KeyValuePair<YamlNode, YamlNode>> Mapping(string path)
    {
        var text = "";
        try
        {
            text = ReadText(path);
            RequireFlat(text, path);
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count == 0)
                return [];
            return stream.Documents[0].RootNode as YamlMappingNode
                ?? throw new UserException("this is not a list of settings", path, "Write one 'key: value' per line.");
        }
        catch (YamlException e)
        {
            throw new UserException($"line {e.Start.Line}: {e.Message}", path, IsEscape(text, (int)e.Start.Line)
                ? @"YAML interprets '\' in double quotes: put the value in single quotes, as in 'pattern:^(.+)_\d+\.jpg$'."
                : "Write one 'key: value' per line.", e);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // the scanner's own exceptions
            throw new UserException($"this is not valid YAML: {e.Message}", path, "Write one 'key: value' per line.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException("this configuration cannot be read", path, "Check the path.", e);
        }
    }

    private static bool IsEscape(string text, int line) =>
        text.Split('\n').ElementAtOrDefault(line - 1) is { } found && found.Contains('"') && found.Contains('\\');

    private static string ReadText(string path) => new FileInfo(path) is { Exists: true, Length: > MostBytes and var length }
        ? throw new UserException($"the file has {length} bytes; a configuration has at most {MostBytes}", path, "Check the path.")
        : TextFile.Read(path, remedy: TextFile.SaveAsUtf8);

    /// <summary>YamlDotNet builds nodes by recursion: deep nesting, or an alias within its own anchor, would overflow the stack.</summary>
    private static void RequireFlat(string text, string path)
    {
        var parser = new Parser(new StringReader(text));
        for (var depth = 0; parser.MoveNext();)
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > DeepestEvent || parser.Current is AnchorAlias)
                throw new UserException($"line {parser.Current.Start.Line}: this is nested or refers to another value; a "
                    + "configuration is flat", path,
                    "Write one 'key: value' per line.");
        }
    }

    /// <summary>A plain scalar if that is safe, otherwise a single-quoted one.</summary>
    private static string Scalar(string value) =>
        value.Length > 0 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/' or '+') && value[0] != '-'
            ? value
            : $"'{value.Replace("'", "''")}'";

    /// <summary>The key with the smallest edit distance.</summary>
    private static string Nearest(string name) => Setting.All.MinBy(setting => Distance(name, setting.Key))!.Key;

    /// <summary>The Levenshtein distance.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(diagonal + (a[i - 1] == b[j - 1] ? 0 : 1), 1 + Math.Min(row[j], row[j - 1])));
        }
        return row[^1];
    }
}
