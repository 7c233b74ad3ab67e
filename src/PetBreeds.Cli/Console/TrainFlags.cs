using System.CommandLine;
using PetBreeds.Training.Configuration;

namespace PetBreeds.Cli.Console;

/// <summary>The flags of a training run, one for each <see cref="Setting"/>, on top of a configuration file.</summary>
/// <param name="keys">The settings that get a flag; none means all.</param>
internal sealed class TrainFlags(params string[] keys)
{
    /// <summary>The settings that shape a batch and need no network.</summary>
    public static string[] OfData { get; } =
    [
        "data", "labels", "split", "valid-fraction", "stratify", "encoding", "photo-column", "label-column", "label-delim", "split-column",
        "exclude", "cleaning", "presize", "size", "batch-size", "seed", "device",
    ];

    /// <summary>The commands that write a setting's file.</summary>
    private static readonly Dictionary<string, string> Writers = new()
    {
        ["exclude"] = "petbreeds data verify",
        ["cleaning"] = "petbreeds clean",
    };

    private readonly Option<string?> _config = new("--config")
    {
        Description = "Read settings from a YAML file, one 'key: value' per line; flags override it.",
        HelpName = "FILE.yaml",
    };

    private readonly (Setting Setting, Option<string?> Option)[] _flags =
        [.. Setting.All.Where(setting => keys.Length == 0 || keys.Contains(setting.Key))
            .Select(setting => (setting, new Option<string?>($"--{setting.Key}")
            {
                Description = Describe(setting),
                HelpName = setting.Value,
                Arity = setting.Switch ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
            }))];

    public void AddTo(Command command)
    {
        command.Add(_config);
        foreach (var (_, option) in _flags)
            command.Add(option);
    }

    /// <summary>Defaults, then the file, then the flags, checked together.</summary>
    public TrainOptions Read(ParseResult parsed) => ConfigFile.Apply(new TrainOptions(), Given(parsed));

    /// <summary>The settings of the file, then the flags.</summary>
    public IReadOnlyList<GivenSetting> Given(ParseResult parsed)
    {
        var given = parsed.GetValue(_config) is { } file ? ConfigFile.Read(file) : [];
        var flags = _flags.Where(flag => parsed.GetResult(flag.Option) is { Implicit: false })
            .Select(flag => new GivenSetting(flag.Setting.Key, parsed.GetValue(flag.Option) ?? "true", $"--{flag.Setting.Key}"));
        return [.. given, .. flags];
    }

    private static string Describe(Setting setting)
    {
        var help = FlagText.Of(setting.Help);
        if (Writers.TryGetValue(setting.Key, out var command))
            help += $" `{command}` writes one.";
        return setting.ByRecipe ? $"{help} [default: by recipe]"
            : setting.Get(new TrainOptions()) is { } value ? $"{help} [default: {value}]" : help;
    }
}
