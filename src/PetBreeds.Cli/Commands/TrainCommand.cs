using System.CommandLine;
using PetBreeds.Cli.Console;
using PetBreeds.Reports;
using PetBreeds.Reports.TensorBoard;
using PetBreeds.Training;
using PetBreeds.Training.Planning;

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

    private static readonly Option<string?>[] EarlyStoppingOptions =
        [.. EarlyStopping.Names.Select(name => new Option<string?>($"--{name}") { Hidden = true, Arity = ArgumentArity.ZeroOrOne })];

    private static readonly Option<bool> Json = new("--json") { Description = "Print the result as JSON." };

    public static Command Create()
    {
        var command = new Command("train", "Fine-tune a pretrained network on labelled photos: freeze one epoch, unfreeze, 1cycle.") { Out, RepeatedTraining.Times, Downloads.Yes, Json };
        Settings.AddTo(command);
        foreach (var option in EarlyStoppingOptions)
            command.Add(option);
        command.Show(
            "petbreeds train --arch resnet50                          the 37 pet breeds; asks before it downloads them",
            "petbreeds train --data photos/ --arch resnet34           labels from folder names or file names",
            "petbreeds train --labels csv:labels.csv --lr auto        labels from a table, rate from the finder",
            "petbreeds train --data photos/ --lr 1e-6:1e-4            discriminative rates, early layers slowest",
            "petbreeds train --config configs/sample.yaml --seed 2    a recipe with one setting changed",
            "petbreeds train --data photos/ --time 10m               as many epochs as fit into ten minutes",
            "petbreeds train --data photos/ --repeat 5               seeds 42 to 46: mean error and its spread",
            "petbreeds train --config runs/NAME/config.yaml           repeat a run");
        command.Does(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancel)
    {
        if (EarlyStoppingOptions.FirstOrDefault(option => parsed.GetResult(option) is not null) is { } asked)
            throw EarlyStopping.Refusal(asked.Name);
        var config = Settings.Read(parsed);
        if (RepeatedTraining.Seeds(parsed, config) is { } seeds)
            return RepeatedTraining.Run(seeds, seed => Train(parsed, config with { Seed = seed }, cancel), parsed.GetValue(Json));
        var trained = Train(parsed, config, cancel);
        Show(parsed.GetValue(Json), trained.Folder, trained.Last, trained.BadPhotos);
        return ExitCode.Done;
    }

    private static TrainedRun Train(ParseResult parsed, TrainConfig config, CancellationToken cancel)
    {
        using var session = SessionSetup.Open(config, cancel, parsed.GetValue(Downloads.Yes));
        var curve = config.Lr == "auto" ? LrFindCommand.Search(session, cancel) : null;
        double? rate = curve is null ? null : LrFindCommand.Valley(curve);
        if (session.PlanTime(cancel) is { } plan)
            Terminal.Note(Describe(plan, config, session));
        var folder = RunFolder.Create(parsed.GetRequiredValue(Out), config.Arch, RunFiles.DataName(config), DateTimeOffset.UtcNow);
        RunFiles.WriteStart(folder, session);
        if (curve is not null)
            RunFiles.SaveCurve(folder, curve);
        using var optimizer = new Adam(session.Model.ParameterGroups);
        using var trainer = session.Trainer(optimizer);
        var watch = ProgressBar.Run("training", bar =>
        {
            var observer = new TrainProgress(bar, session, folder);
            using var log = session.Config.TensorBoard ? new TensorBoardLog(folder.Folder) : null;
            trainer.Fit(session.Phases(rate), new RunObservers(observer, log), cancel);
            return observer;
        });
        RunFiles.WriteEnd(folder, session, watch);
        ReportCommand.AfterTraining(folder, session.Device, cancel);
        return new TrainedRun(folder, session.Config.Seed, watch.Epochs[^1], session.Data.BadPhotos.Count);
    }

    private static string Describe(TimePlan plan, TrainConfig config, TrainingSession session) =>
        $"plan      {plan.FreezeEpochs} frozen {(plan.FreezeEpochs == 1 ? "epoch" : "epochs")} and {plan.Epochs} more"
        + (plan.Steps is { } steps ? $", the last one cut short ({steps} steps in all)" : "")
        + $": about {Terminal.Duration(TimeSpan.FromSeconds(plan.Seconds))} of {config.Time}"
        + (plan.FreezeEpochs < config.FreezeEpochs ? "; for more frozen epochs there is no time" : "")
        + (plan.Epochs < 2 && session.Weights.Path is null ? "; from random weights that is little" : "");

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
