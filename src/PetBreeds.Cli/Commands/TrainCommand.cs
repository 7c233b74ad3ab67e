using System.CommandLine;
using PetBreeds.Cli.Console;
using PetBreeds.Distributed;
using PetBreeds.Evaluation;
using PetBreeds.Runs;
using PetBreeds.Training;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Planning;

namespace PetBreeds.Cli.Commands;

internal static class TrainCommand
{
    private static readonly TrainFlags Settings = new();

    private static readonly Option<string> Out = new("--out")
    {
        Description = "Folder that holds the run folders.",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => "runs",
    };

    private static readonly Option<string?> Name = new("--name")
    {
        Description = "Name of the run folder. [default: time, network and data]",
        HelpName = "NAME",
    };

    private static readonly Option<string?> Resume = new("--resume")
    {
        Description = "Resume an interrupted run, the newest one or RUN (its folder or name); it ends with the same weights as without the "
            + "interruption.",
        HelpName = "RUN",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?>[] EarlyStoppingOptions =
        [.. EarlyStopping.Names.Select(name => new Option<string?>($"--{name}") { Hidden = true, Arity = ArgumentArity.ZeroOrOne })];

    private static readonly Option<bool> Json = new("--json") { Description = "Print the result as JSON." };

    public static Command Create()
    {
        var command = new Command("train",
            "Fine-tune a pretrained network on labelled photos: solve the head, then tune the layers under 1cycle.")
        {
            Out, Name, Resume, RepeatedTraining.Times, CrossValidateRun.Folds, BatchPerRank.Photos, Downloads.Yes, Json,
        };
        Settings.AddTo(command);
        foreach (var option in EarlyStoppingOptions)
            command.Add(option);
        command.Show(
            "petbreeds train --arch resnet50                          the 37 pet breeds; asks before downloading them",
            "petbreeds train --data photos/ --arch resnet34           labels from folder names or file names",
            "petbreeds train --data photos/ --recipe probe            the fastest useful model: only a solved head",
            "petbreeds train --data photos/ --recipe chapter5         fast.ai's chapter 5 unchanged",
            "petbreeds train --labels csv:labels.csv --lr auto        labels from a table, rate from the finder",
            "petbreeds train --data photos/ --lr 1e-6:1e-4            discriminative rates, early layers slowest",
            "petbreeds train --config configs/sample.yaml --seed 2    a recipe with one setting changed",
            "petbreeds train --data photos/ --time 10m                as many epochs as fit in ten minutes",
            "mpirun -n 4 petbreeds train --data photos/               four processes, on one machine or several",
            "petbreeds train --data photos/ --repeat 5                seeds 42 to 46: mean error and its spread",
            "petbreeds train --config runs/NAME/config.yaml           repeat a run",
            "petbreeds train --resume                                 resume the run interrupted last");
        command.Does(Run, together: true);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancel)
    {
        if (EarlyStoppingOptions.FirstOrDefault(option => parsed.GetResult(option) is not null) is { } asked)
            throw EarlyStopping.Refusal(asked.Name);
        var group = Ranks.Start();
        if (parsed.GetResult(Resume) is not null)
        {
            if (group.Rank == 0)
                return Show(parsed, Train(ResumeRun(parsed, cancel), cancel));
            SharedTraining.Resume(Settings.Given(parsed), group, cancel);
            return ExitCode.Done;
        }
        var areJobs = parsed.GetValue(CrossValidateRun.Folds) is not null || parsed.GetValue(RepeatedTraining.Times) is not null;
        if (areJobs)
            Ranks.DoJobs();
        var config = BatchPerRank.Apply(parsed, Settings.Read(parsed), areJobs ? 1 : group.Size);
        if (parsed.GetValue(CrossValidateRun.Folds) is { } folds)
            return CrossValidate(parsed, config, folds, cancel);
        if (RepeatedTraining.Seeds(parsed, config) is { } seeds)
            return Repeat(parsed, config, seeds, cancel);
        if (group.Rank == 0)
            return Show(parsed, Train(Begin(parsed, config, "", group, cancel), cancel));
        SharedTraining.Train(config, group, cancel);
        return ExitCode.Done;
    }

    private static int Repeat(ParseResult parsed, TrainOptions config, int[] seeds, CancellationToken cancel)
    {
        if (Ranks.Group.Size > 1)
            _ = SessionSetup.ReadCatalog(config, parsed.GetValue(Downloads.Yes), cancel); // they compare photos, once for all seeds
        return RepeatedTraining.Run(seeds,
            seed => Train(Begin(parsed, config with { Seed = seed }, $"-{seed}", Ranks.Group.Alone(), cancel), cancel),
            Ranks.Group, parsed.GetValue(Json));
    }

    private static int CrossValidate(ParseResult parsed, TrainOptions config, int folds, CancellationToken cancel)
    {
        if (parsed.GetValue(RepeatedTraining.Times) is not null)
            throw new UserException("the models of a cross-validation are trained once", "--repeat",
                "Leave out --repeat or --cross-validate.");
        return CrossValidateRun.Run(config, folds, parsed.GetRequiredValue(Out), parsed.GetValue(Name), parsed.GetValue(Downloads.Yes),
            parsed.GetValue(Json), cancel);
    }

    private static TrainingRun Begin(
        ParseResult parsed, TrainOptions config, string ending, IProcessGroup group, CancellationToken cancel)
    {
        var options = new RunOptions
        {
            Folder = parsed.GetRequiredValue(Out),
            Name = parsed.GetValue(Name) is { } name ? name + ending : null,
        };
        options.RequireFreeName(); // before the work
        var session = SessionSetup.Open(config, cancel, parsed.GetValue(Downloads.Yes), group: group);
        var run = TrainingRun.Begin(session, options, opened => LrFindCommand.SearchRate(opened, cancel),
            path => $"Repeats this run: petbreeds train --config {path}", Terminal.Warn, cancel);
        try
        {
            if (run.TimePlan is { } plan)
                Terminal.Note(Describe(plan, config, session));
            RunPictures.SaveStart(run.Folder, run.Session, run.Curve);
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    private static string Describe(TimePlan plan, TrainOptions config, TrainingSession session) =>
        $"plan      {plan.FreezeEpochs} frozen {(plan.FreezeEpochs == 1 ? "epoch" : "epochs")} and {plan.Epochs} more"
        + (plan.Steps is { } steps ? $", the last one cut short ({steps} steps in all)" : "")
        + $": about {Terminal.Duration(TimeSpan.FromSeconds(plan.Seconds))} of {TimeText.Of(config.Time!.Value)}"
        + (plan.FreezeEpochs < (config.FreezeEpochs ?? 0) ? "; there is no time for more frozen epochs" : "")
        + (plan.Epochs < 2 && session.Weights.Path is null ? "; that is too short for random weights" : "");

    private static TrainingRun ResumeRun(ParseResult parsed, CancellationToken cancel)
    {
        if (parsed.GetValue(Name) is { } name)
            throw new UserException("a resumed run already has a name", "--name", $"Use --resume {name}, or leave out --name.");
        if (parsed.GetValue(RepeatedTraining.Times) is not null)
            throw new UserException("only one run can be resumed at a time", "--repeat",
                "Leave out --repeat; start the missing runs with --seed.");
        if (parsed.GetValue(CrossValidateRun.Folds) is not null)
            throw new UserException("a cross-validation cannot be resumed", "--cross-validate", "Leave out --resume to start again.");
        if (parsed.GetValue(BatchPerRank.Photos) is not null)
            throw new UserException("a resumed run keeps its batch size", BatchPerRank.Photos.Name,
                $"Leave out {BatchPerRank.Photos.Name}.");
        var runs = parsed.GetRequiredValue(Out);
        var folder = parsed.GetValue(Resume) is { } run ? RunFolder.Find(runs, run) : RunFolder.NewestUnfinished(runs);
        var yes = parsed.GetValue(Downloads.Yes);
        return TrainingRun.Resume(folder, Settings.Given(parsed),
            (config, identity) => SessionSetup.Open(config, cancel, yes, identity), Terminal.Warn, Ranks.Group);
    }

    private static TrainedRun Train(TrainingRun begun, CancellationToken cancel)
    {
        using var run = begun;
        var (gate, told) = (new Lock(), false);
        TrainedRun trained;
        Interrupts.OnTimeout = SaveAndReport; // from here on there is something to save
        try
        {
            trained = ProgressBar.Run("training", bar => run.Fit(new TrainDisplay(bar, run), cancel));
            RunPictures.SaveCurves(run);
            ReportCommand.AfterTraining(run.Folder, run.Session, cancel);
        }
        catch (OperationCanceledException)
        {
            SaveAndReport();
            throw;
        }
        finally
        {
            Interrupts.OnTimeout = null;
        }
        run.Finish();
        return trained;

        void SaveAndReport() // from this thread, and from that of a signal if this one takes too long
        {
            lock (gate)
            {
                if (!told)
                    Tell();
                told = true;
            }
        }

        void Tell()
        {
            var saved = run.Save() ? $"Saved after step {run.State.Steps.Count}" : "The last checkpoint is kept";
            Ranks.Tell($"{saved}; resume with: petbreeds train --resume {RunChoice.Quoted(run.Folder.Folder)}");
        }
    }

    private static int Show(ParseResult parsed, TrainedRun run)
    {
        var (folder, kept, last, best) = (run.Run, run.Kept, run.History[^1], run.History.MinBy(epoch => epoch.Error)!);
        if (parsed.GetValue(Json))
        {
            Terminal.Json(new
            {
                run = folder.Folder,
                error = kept.Error,
                accuracy = 1 - kept.Error,
                valid_loss = kept.ValidLoss,
                epochs = kept.Epoch,
                solved_error = run.History[0] is { IsSolved: true } solved ? solved.Error : (double?)null,
                last_error = last.Error,
                bad_photos = run.BadPhotos,
            });
            return ExitCode.Done;
        }
        Terminal.Result($"error {kept.Error:0.0000} (accuracy {1 - kept.Error:0.0%}) "
            + (kept.IsSolved ? "of the solved head" : $"after {Epochs(kept.Epoch)}"));
        if (kept.IsSolved && last.Epoch > 0)
            Terminal.Warn($"fine-tuning ended at error {last.Error:0.0000}, loss {last.ValidLoss:0.0000}; "
                + $"the solved head, at error {kept.Error:0.0000}{Interval(run)}, loss {kept.ValidLoss:0.0000}, is no worse and is kept; "
                + "--final last keeps the fine-tuned model");
        if (best.Error < kept.Error)
            Terminal.Result($"best  error {best.Error:0.0000} "
                + (best.IsSolved ? $"of the solved head: {folder.Solved}" : $"after epoch {best.Epoch}: {folder.Best}"));
        if (run.BadPhotos > 0)
            Terminal.Warn($"{run.BadPhotos} {(run.BadPhotos == 1 ? "photo" : "photos")} could not be decoded and were left out");
        Terminal.Result($"run   {folder.Folder}");
        if (File.Exists(folder.Report))
            Terminal.Result($"see   {folder.Report}");
        Terminal.Result($"next  petbreeds predict PHOTO --model {folder.Folder}");
        return ExitCode.Done;
    }

    /// <summary>The interval of the kept error; empty for a multi-label run.</summary>
    private static string Interval(TrainedRun run)
    {
        if (run.Kept.F1 is not null)
            return "";
        var interval = ErrorInterval.Wilson((long)Math.Round(run.Kept.Error * run.Validated), run.Validated);
        return $" (95% interval {interval.Low:0.0000} to {interval.High:0.0000})";
    }

    private static string Epochs(int count) => $"{count} epoch{(count == 1 ? "" : "s")}";
}
