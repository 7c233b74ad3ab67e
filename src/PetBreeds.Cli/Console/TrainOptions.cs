using System.CommandLine;
using PetBreeds.Training;

namespace PetBreeds.Cli.Console;

/// <summary>The flags of a training run, one for each <see cref="Setting"/> (or some of them), and the configuration file under them.</summary>
internal sealed class TrainOptions(IReadOnlyList<Setting>? settings = null)
{
    private readonly Option<string?> _config = new("--config")
    {
        Description = "Read settings from a YAML file, one 'key: value' a line; flags win over it.",
        HelpName = "FILE.yaml",
    };

    private readonly (Setting Setting, Option<string?> Option)[] _flags =
        [.. (settings ?? Setting.All).Select(setting => (setting, new Option<string?>($"--{setting.Key}") { Description = Describe(setting), HelpName = setting.Value }))];

    public void AddTo(Command command)
    {
        command.Add(_config);
        foreach (var (_, option) in _flags)
            command.Add(option);
    }

    /// <summary>Defaults, then the file, then the flags, checked together.</summary>
    public TrainConfig Read(ParseResult parsed)
    {
        var given = parsed.GetValue(_config) is { } file ? ConfigFile.Read(file) : [];
        var flags = _flags.Where(flag => parsed.GetValue(flag.Option) is not null)
            .Select(flag => new GivenSetting(flag.Setting.Key, parsed.GetValue(flag.Option)!, $"--{flag.Setting.Key}"));
        return ConfigFile.Apply(new TrainConfig(), [.. given, .. flags]);
    }

    private static string Describe(Setting setting) =>
        setting.Get(new TrainConfig()) is { } value ? $"{setting.Help} [default: {value}]" : setting.Help;
}
