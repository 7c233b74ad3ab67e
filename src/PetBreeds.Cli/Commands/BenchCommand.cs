using System.CommandLine;
using PetBreeds.Cli.Console;
using PetBreeds.Runtime;
using PetBreeds.Training;
using PetBreeds.Training.Benchmarks;

namespace PetBreeds.Cli.Commands;

internal static class BenchCommand
{
    private static readonly TrainFlags Settings = new();

    private static readonly Option<int> Turns = new("--turns")
    {
        Description = "Number of alternating measurements of bound and training, 1 to 100; more average out more noise.",
        HelpName = "N",
        DefaultValueFactory = _ => 5,
    };

    private static readonly Option<bool> First = new("--first-epoch")
    {
        Description = "Measure the first epoch too, starting from an empty pixel cache.",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the figures as JSON." };

    public static Command Create()
    {
        var command = new Command("bench", "Show where training time goes, and how close throughput comes to what the network allows.")
        {
            Turns, First, Downloads.Yes, Json,
        };
        Settings.AddTo(command);
        command.Show(
            "petbreeds bench --data photos/ --arch resnet50 --batch-size 32",
            "petbreeds bench --data photos/ --first-epoch --json      presizing included");
        command.Does(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancel)
    {
        var config = Settings.Read(parsed);
        var turns = parsed.GetValue(Turns);
        if (turns is < 1 or > 100)
            throw new UserException($"'{turns}' is not a whole number from 1 to 100", "--turns");
        using var session = SessionSetup.Open(config, cancel, parsed.GetValue(Downloads.Yes));
        var report = ProgressBar.Run("measuring", bar => TrainingBenchmark.Run(session, turns, parsed.GetValue(First),
            (done, total) => bar.Report(done, total, $"turn {done + 1} of {total}"), cancel));
        if (parsed.GetValue(Json))
            Terminal.Json(Figures(report));
        else
            Show(report, session);
        return ExitCode.Done;
    }

    private static void Show(BenchReport report, TrainingSession session)
    {
        Terminal.Result($"{session.Config.Architecture.Name}, batch {session.Training.BatchSize}, "
            + $"{session.Config.Presize} → {session.Config.Size} pixels, {session.Compute}, {Environment.ProcessorCount} cores");
        Terminal.Result();
        Terminal.Result("part        ms/photo  images/s   share of the bound's time");
        foreach (var stage in report.Stages)
            Terminal.Result($"{stage.Name,-10}  {stage.Milliseconds,8:0.00}  {stage.ImagesPerSecond,8:0.0}  {stage.Share,6:0.0%}"
                + (stage.Once ? "  first epoch only" : ""));
        Terminal.Result();
        Terminal.Result($"{"bound",-22}{report.Bound,8:0.0} images/s  full steps on one resident batch");
        Show("first epoch", report.First);
        Show("from the second epoch", report.Later);
        Terminal.Result($"{"managed allocation",-22}{report.AllocatedPerStep / 1024.0,8:0.0} KiB per step");
        Terminal.Result($"{"peak memory",-22}{ByteCount.Text(report.PeakBytes),8}           "
            + $"of which the data path: {ByteCount.Text(report.PeakOfDataPath)}");
        Terminal.Result($"bottleneck            {report.Bottleneck}");
    }

    private static void Show(string name, BenchRatio? ratio)
    {
        if (ratio is not null)
            Terminal.Result($"{name,-22}{ratio.ImagesPerSecond,8:0.0} images/s  {ratio.Ratio:0.000} of the bound "
                + $"(turns {ratio.Turns.Min():0.000} to {ratio.Turns.Max():0.000})");
    }

    private static object Figures(BenchReport report) => new
    {
        stages = report.Stages.Select(stage => new
        {
            name = stage.Name,
            ms_per_photo = stage.Milliseconds,
            images_per_second = stage.ImagesPerSecond,
            share = stage.Share,
            first_epoch_only = stage.Once,
        }),
        bound = report.Bound,
        first_epoch = Figures(report.First),
        later_epochs = Figures(report.Later),
        bottleneck = report.Bottleneck,
        managed_bytes_per_step = report.AllocatedPerStep,
        peak_bytes = report.PeakBytes,
        peak_bytes_of_data_path = report.PeakOfDataPath,
    };

    private static object? Figures(BenchRatio? ratio) =>
        ratio is null ? null : new { images_per_second = ratio.ImagesPerSecond, ratio = ratio.Ratio, turns = ratio.Turns };
}
