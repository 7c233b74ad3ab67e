using System.CommandLine;
using PetBreeds.Cli.Console;
using PetBreeds.Runs;

namespace PetBreeds.Cli.Commands;

internal static class RunsCommand
{
    private static readonly Argument<string> Folder = new("folder")
    {
        Description = "The folder that contains the runs.",
        Arity = ArgumentArity.ZeroOrOne,
        DefaultValueFactory = _ => "runs",
    };

    private static readonly Option<string> Sort = new("--sort")
    {
        Description = $"Sort by {string.Join(", ", RunList.SortKeys)}; a leading '-' puts the largest first: --sort=-time.",
        HelpName = "KEY",
        DefaultValueFactory = _ => "name",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the list as JSON." };

    public static Command Create()
    {
        var command = new Command("runs", "List runs and their key metrics.") { Folder, Sort, Json };
        command.Show("petbreeds runs", "petbreeds runs --sort error", "petbreeds runs other-runs/ --sort=-time --json");
        command.Does(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancel)
    {
        var rows = RunList.Read(parsed.GetRequiredValue(Folder), parsed.GetRequiredValue(Sort));
        if (parsed.GetValue(Json))
            ShowJson(rows);
        else
            Show(rows);
        return ExitCode.Done;
    }

    private static void Show(IReadOnlyList<RunRow> rows)
    {
        var width = rows.Select(row => row.Run.Name.Length).Append(3).Max();
        var arch = rows.Select(row => row.Arch?.Length ?? 0).Append(4).Max();
        var data = rows.Select(row => row.Data?.Length ?? 0).Append(4).Max();
        Terminal.Result($"{"run".PadRight(width)}  {"arch".PadRight(arch)}  {"data".PadRight(data)}  seed  epochs   error  "
            + "95% interval        loss       time  images/s");
        foreach (var row in rows)
            Terminal.Result(($"{row.Run.Name.PadRight(width)}  {(row.Arch ?? "").PadRight(arch)}  {(row.Data ?? "").PadRight(data)}  "
                + $"{row.Seed,4}  {row.Epochs,6}  {row.Error,6:0.0000}  "
                + $"{(row.Interval is var (low, high) ? $"{low:0.0000} to {high:0.0000}" : ""),-16}  {row.Loss,6:0.0000}  "
                + $"{Terminal.Duration(TimeSpan.FromSeconds(row.Seconds)),9}  {row.ImagesPerSecond,8:0.0}"
                + (row.State == "done" ? "" : $"  {row.State}")).TrimEnd());
    }

    private static void ShowJson(IReadOnlyList<RunRow> rows) => Terminal.Json(rows.Select(row => new
    {
        run = row.Run.Folder,
        state = row.State,
        arch = row.Arch,
        data = row.Data,
        seed = row.Seed,
        epochs = row.Epochs,
        error = row.Error,
        error_interval = row.Interval is var (low, high) ? new[] { low, high } : null,
        loss = row.Loss,
        seconds = row.Seconds,
        images_per_second = row.ImagesPerSecond,
    }));
}
