using System.CommandLine;
using PetBreeds.Catalog.Reading;
using PetBreeds.Catalog.Verification;
using PetBreeds.Cli.Console;
using PetBreeds.Training;
using PetBreeds.Training.Configuration;

namespace PetBreeds.Cli.Commands;

internal static class VerifyCommand
{
    private static readonly TrainFlags Settings = new([.. Setting.OfData.Select(setting => setting.Key)]);

    private static readonly Option<string> Out = new("--out")
    {
        Description = "Where to list photos that training should leave out; written only if there are any.",
        HelpName = "FILE",
        DefaultValueFactory = _ => "exclude.txt",
    };

    private static readonly Option<int> MinSide = new("--min-side")
    {
        Description = "Report photos whose short side is below this many pixels.",
        HelpName = "N",
        DefaultValueFactory = _ => DataVerification.DefaultMinSide,
    };

    private static readonly Option<bool> All = new("--all") { Description = "Show every finding, not just the first few of each kind." };

    private static readonly Option<bool> Json = new("--json") { Description = "Print all findings as JSON." };

    public static Command Create()
    {
        var command = new Command("verify",
            "Decode every photo, find copies, compare with lists; exits with 1 if anything would harm training.")
        {
            Out, MinSide, All, Json,
        };
        Settings.AddTo(command);
        command.Show(
            "petbreeds data verify --data photos/",
            "petbreeds data verify --data pets --split official --json",
            "petbreeds data verify --labels csv:labels.csv --all",
            "petbreeds train --data photos/ --exclude exclude.txt     leave out what was found");
        command.Does(Run, together: true);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancel)
    {
        var (config, file) = (Settings.Read(parsed), parsed.GetRequiredValue(Out));
        if (Ranks.Start() is { Rank: > 0 } group)
        {
            DataVerification.Follow(group, cancel);
            return ExitCode.Done;
        }
        ExcludeList.RefuseOther(file);
        var report = ProgressBar.Run("verifying", bar =>
        {
            var options = TrainingData.CatalogOptions(config, new Direct<(int Done, int Total)>(
                p => bar.Report(p.Done, p.Total, $"drawing the sample data set {p.Done}/{p.Total}")), cancel);
            return DataVerification.Run(options, parsed.GetValue(MinSide),
                new Direct<(int Done, int Total)>(p => bar.Report(p.Done, p.Total, $"{p.Done}/{p.Total} photos")), cancel, Ranks.Group);
        });
        var written = report.Exclusions.Count > 0 ? file : null;
        if (written is not null)
            ExcludeList.Write(file, report, config.Exclude is null ? [] : ExcludeFile.Read(config.Exclude, config.Encoding));
        if (parsed.GetValue(Json))
            VerifyTable.ShowJson(report, written);
        else
            VerifyTable.Show(report, written, parsed.GetValue(All) ? int.MaxValue : VerifyTable.Few);
        return report.Harmful.Any() ? ExitCode.CheckFailed : ExitCode.Done;
    }
}
