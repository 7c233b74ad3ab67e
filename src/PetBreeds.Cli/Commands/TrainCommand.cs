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

    private static readonly Option<string?> Name = new("--name") { Description = "Name of the run folder; by default time, network and data.", HelpName = "NAME" };

    private static readonly Option<string?> Resume = new("--resume")
    {
        Description = "Go on with a run that was interrupted, to the same weights as if it had not been: the newest one, or RUN (its folder or name).",
        HelpName = "RUN",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the result as JSON." };

    public static Command Create()
    {
        var command = new Command("train", "Fine-tune a pretrained network on labelled photos: freeze one epoch, unfreeze, 1cycle.") { Out, Name, Resume, Downloads.Yes, Json };
        Settings.AddTo(command);
        command.Show(
            "petbreeds train --arch resnet50                          the 37 pet breeds; asks before it downloads them",
            "petbreeds train --data photos/ --arch resnet34           labels from folder names or file names",
            "petbreeds train --labels csv:labels.csv --lr auto        labels from a table, rate from the finder",
            "petbreeds train --data photos/ --lr 1e-6:1e-4            discriminative rates, early layers slowest",
            "petbreeds train --config configs/sample.yaml --seed 2    a recipe with one setting changed",
            "petbreeds train --config runs/NAME/config.yaml           repeat a run",
            "petbreeds train --resume                                 go on with the run interrupted last");
        command.Does(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancel)
    {
        using var start = Start(parsed, cancel);
        var (folder, session) = (start.Folder, start.Session);
        using var optimizer = new Adam(session.Model.ParameterGroups);
        var checkpoints = start.Checkpointing();
        checkpoints.Failed += error => Terminal.Warn($"no checkpoint was saved, the training goes on: {error.Message}");
        using var trainer = session.Trainer(optimizer, checkpoints);
        Interrupts.LastWord = SaveAndSay;
        try
        {
            Fit(start, trainer, cancel);
            RunFiles.WriteEnd(folder, session, trainer.State);
            ReportCommand.AfterTraining(folder, session.Device, cancel);
        }
        catch (OperationCanceledException)
        {
            SaveAndSay();
            throw;
        }
        finally
        {
            Interrupts.LastWord = null;
        }
        start.Finish();
        Show(parsed.GetValue(Json), folder, trainer.State.Epochs, session.Data.BadPhotos.Count);
        return ExitCode.Done;

        void SaveAndSay()
        {
            trainer.Save();
            System.Console.Error.WriteLine($"Saved after step {trainer.State.Steps.Count}; go on with: petbreeds train --resume {Quoted(folder.Folder)}");
        }
    }

    private static TrainStart Start(ParseResult parsed, CancellationToken cancel)
    {
        var (runs, yes) = (parsed.GetRequiredValue(Out), parsed.GetValue(Downloads.Yes));
        if (parsed.GetResult(Resume) is null)
            return TrainStart.Begin(Settings.Read(parsed), runs, parsed.GetValue(Name), yes, cancel);
        if (parsed.GetValue(Name) is { } name)
            throw new UserException($"a run that is gone on with has a name already", "--name", $"Use --resume {name}, or leave --name out.");
        var folder = parsed.GetValue(Resume) is { } run ? RunFolder.Find(runs, run) : RunFolder.NewestUnfinished(runs);
        return TrainStart.Resume(folder, Settings.Given(parsed), yes, cancel);
    }

    private static void Fit(TrainStart start, Trainer trainer, CancellationToken cancel)
    {
        if (start.From is { } checkpoint)
            trainer.Restore(checkpoint);
        ProgressBar.Run("training", bar =>
        {
            var progress = new TrainProgress(bar, start.Session, start.Folder);
            if (start.From is not null)
                progress.GoOn(trainer.State);
            return trainer.Fit(start.Session.Phases(start.Rate), progress, cancel);
        });
    }

    private static string Quoted(string path) => path.Contains(' ') ? $"\"{path}\"" : path;

    private static void Show(bool json, RunFolder folder, IReadOnlyList<EpochResult> epochs, int badPhotos)
    {
        var (last, best) = (epochs[^1], epochs.MinBy(epoch => epoch.Error)!);
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
        if (best.Error < last.Error)
            Terminal.Result($"best  error {best.Error:0.0000} after epoch {best.Epoch}: {folder.Best}");
        if (badPhotos > 0)
            Terminal.Warn($"{badPhotos} {(badPhotos == 1 ? "photo" : "photos")} that cannot be decoded took no part");
        Terminal.Result($"run   {folder.Folder}");
        if (File.Exists(folder.Report))
            Terminal.Result($"see   {folder.Report}");
        Terminal.Result($"next  petbreeds predict PHOTO --model {folder.Folder}");
    }
}
