using System.CommandLine;
using PetBreeds.Cli.Console;
using PetBreeds.Evaluation;
using PetBreeds.Runs;
using PetBreeds.Training;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Planning;
using PetBreeds.Training.Steps;

namespace PetBreeds.Cli.Commands;

/// <summary>Runs <c>train --cross-validate K</c>.</summary>
internal static class CrossValidateRun
{
    public static Option<int?> Folds { get; } = new("--cross-validate")
    {
        Description = $"Train K models instead of one (2 to {CrossValidation.MostFolds}), each without one fold of the training photos, "
            + "and evaluate each on its fold: mean and standard deviation of the error, and out-of-fold.csv, from which 'clean' finds "
            + "wrong labels. Takes K times as long; no model is kept.",
        HelpName = "K",
    };

    /// <summary>Cross-validates; of several processes, each trains its share of the models, and rank 0 writes and prints.</summary>
    /// <param name="config">How each model is trained.</param>
    /// <param name="folds">How many models.</param>
    /// <param name="runs">Where the run folder goes.</param>
    /// <param name="name">The run folder's name; null makes one.</param>
    /// <param name="yes">Whether to download missing files without asking.</param>
    /// <param name="json">Whether to print JSON.</param>
    /// <param name="cancel">Stops it.</param>
    public static int Run(TrainOptions config, int folds, string runs, string? name, bool yes, bool json, CancellationToken cancel)
    {
        if (folds is < 2 or > CrossValidation.MostFolds)
            throw new UserException($"{folds} is not a valid number of folds", "--cross-validate",
                $"Use 2 to {CrossValidation.MostFolds}; 5 is usual.");
        if (config.LabelDelim is not null || config.Time is not null || config.TensorBoard)
            throw new UserException("cross-validation needs one label per photo and a fixed number of epochs, and keeps no model",
                "--cross-validate", "Leave out --label-delim, --time and --tensorboard.");
        var options = new RunOptions { Folder = runs, Name = name };
        options.RequireFreeName(); // before the work
        var catalog = SessionSetup.ReadCatalog(config, yes, cancel);
        var validation = new CrossValidation(config, catalog, folds);
        if (Ranks.Group.Rank > 0)
        {
            validation.Run((_, _) => new RunObservers([]), _ => null, _ => { }, cancel, Ranks.Group);
            return ExitCode.Done;
        }
        SessionSetup.DescribeLeftOut(catalog.PassedOver, catalog.Concerns);
        var folder = RunFiles.CreateFolder(options, config);
        var result = ProgressBar.Run("cross-validating", bar => validation.Run(
            (fold, session) =>
            {
                if (fold == 1)
                {
                    RunFiles.WriteStart(folder, session,
                        path => $"Repeats this run: petbreeds train --config {path} --cross-validate {folds}");
                    RunPictures.SaveStart(folder, session);
                }
                return new FoldProgress(bar, session, fold, folds);
            },
            session => LearningRateFinder.IsWanted(session) ? LrFindCommand.SearchRate(session, cancel).Valley.LearningRate : null,
            fold => Terminal.Note(
                $"fold {fold.Fold,2} of {folds}: error {fold.Error:0.0000} on {fold.Photos} photos, loss {fold.Loss:0.0000}"),
            cancel, Ranks.Group));
        OutOfFoldFile.Write(folder.OutOfFold, catalog.Classes, result.Answers);
        CrossValidationSummary.Of(result).Write(folder.CrossValidation);
        Show(json, folder, result);
        return ExitCode.Done;
    }

    private static void Show(bool json, RunFolder folder, CrossValidated result)
    {
        if (json)
        {
            Terminal.Json(new
            {
                run = folder.Folder,
                error = result.MeanError,
                error_deviation = result.ErrorDeviation,
                folds = result.Folds.Select(fold => new { fold = fold.Fold, photos = fold.Photos, error = fold.Error, loss = fold.Loss }),
            });
            return;
        }
        Terminal.Result($"error {result.MeanError:0.0000} ± {result.ErrorDeviation:0.0000} "
            + $"(mean and standard deviation of {result.Folds.Count} models)");
        Terminal.Result($"run   {folder.Folder}");
        Terminal.Result($"next  petbreeds clean {folder.Folder}");
    }

    /// <summary>Advances the bar through all folds.</summary>
    private sealed class FoldProgress(ProgressBar bar, TrainingSession session, int fold, int folds) : IRunObserver
    {
        private readonly double _steps = session.Plan.AllEpochs * session.Training.TrainBatches;
        private int _done;

        public void StepDone(StepResult step) =>
            bar.Report(fold - 1 + ++_done / _steps, folds, $"fold {fold} of {folds}, loss {step.Loss:0.000}");
    }
}
