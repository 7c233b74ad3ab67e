using System.CommandLine;
using PetBreeds.Cli.Console;
using PetBreeds.Reports;
using PetBreeds.Training;

namespace PetBreeds.Cli.Commands;

internal static class TrainCommand
{
    private static readonly TrainOptions Settings = new();

    private static readonly Option<string> Out = new("--out")
    {
        Description = "Folder for run folders.",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => "runs",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the result as JSON." };

    public static Command Create()
    {
        var command = new Command("train", "Fine-tune a pretrained network on labelled photos: freeze one epoch, unfreeze, 1cycle.") { Out, CrossValidateRun.Folds, Downloads.Yes, Json };
        Settings.AddTo(command);
        command.Show(
            "petbreeds train --arch resnet50                          the 37 pet breeds; asks before it downloads them",
            "petbreeds train --data photos/ --arch resnet34           labels from folder names or file names",
            "petbreeds train --labels csv:labels.csv --lr auto        labels from a table, rate from the finder",
            "petbreeds train --data photos/ --lr 1e-6:1e-4            discriminative rates, early layers slowest",
            "petbreeds train --config configs/sample.yaml --seed 2    a recipe with one setting changed",
            "petbreeds train --config runs/NAME/config.yaml           repeat a run");
        command.Does(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancel)
    {
        var config = Settings.Read(parsed);
        if (parsed.GetValue(CrossValidateRun.Folds) is { } folds)
            return CrossValidateRun.Run(config, folds, parsed.GetRequiredValue(Out), parsed.GetValue(Downloads.Yes), parsed.GetValue(Json), cancel);
        using var session = SessionSetup.Open(config, cancel, parsed.GetValue(Downloads.Yes));
        var curve = config.Lr == "auto" ? LrFindCommand.Search(session, cancel) : null;
        double? rate = curve is null ? null : LrFindCommand.Valley(curve);
        var folder = RunFolder.Create(parsed.GetRequiredValue(Out), config.Arch, RunFiles.DataName(config), DateTimeOffset.UtcNow);
        RunFiles.WriteStart(folder, session);
        if (curve is not null)
            RunFiles.SaveCurve(folder, curve);
        using var optimizer = new Adam(session.Model.ParameterGroups);
        using var trainer = session.Trainer(optimizer);
        var watch = ProgressBar.Run("training", bar =>
        {
            var observer = new TrainProgress(bar, session, folder);
            trainer.Fit(session.Phases(rate), observer, cancel);
            return observer;
        });
        RunFiles.WriteEnd(folder, session, watch);
        ReportCommand.AfterTraining(folder, session.Device, cancel);
        Show(parsed.GetValue(Json), folder, watch.Epochs[^1], session.Data.BadPhotos.Count);
        return ExitCode.Done;
    }

    private static void Show(bool json, RunFolder folder, EpochResult last, int badPhotos)
    {
        if (json)
        {
            Terminal.Json(new
            {
                run = folder.Folder,
                error = last.Error,
                accuracy = 1 - last.Error,
                valid_loss = last.ValidLoss,
                epochs = last.Epoch,
                bad_photos = badPhotos,
            });
            return;
        }
        Terminal.Result($"error {last.Error:0.0000} (accuracy {1 - last.Error:0.0%}) after {last.Epoch} epochs");
        if (badPhotos > 0)
            Terminal.Warn($"{badPhotos} {(badPhotos == 1 ? "photo" : "photos")} that cannot be decoded took no part");
        Terminal.Result($"run   {folder.Folder}");
        if (File.Exists(folder.Report))
            Terminal.Result($"see   {folder.Report}");
        Terminal.Result($"next  petbreeds predict PHOTO --model {folder.Folder}");
    }
}
