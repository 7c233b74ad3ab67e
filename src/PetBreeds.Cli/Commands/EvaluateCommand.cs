using System.CommandLine;
using PetBreeds.Catalog;
using PetBreeds.Cli.Console;
using PetBreeds.Evaluation;
using PetBreeds.Evaluation.MultiLabel;
using PetBreeds.Models;
using PetBreeds.Models.Onnx;
using PetBreeds.Reports.Plots;
using PetBreeds.Runs;
using PetBreeds.Training;
using PetBreeds.Training.Configuration;

namespace PetBreeds.Cli.Commands;

internal static class EvaluateCommand
{
    private static readonly Argument<string?> RunArgument = new("run")
    {
        Description = "A run's folder or name, or a model file (safetensors, ONNX) with --data. [default: the newest run in ./runs]",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> Which = new("--split")
    {
        Description = "Which photos: train, valid, test or all. [default: valid; with --data all]",
        HelpName = "NAME",
    };

    private static readonly Option<bool> Tta = new("--tta")
    {
        Description = "Average over the centre crop and 4 augmented crops per photo: five times the work, usually slightly more accurate.",
    };

    private static readonly Option<string?> Csv = new("--csv") { Description = "Write one row per photo.", HelpName = "FILE" };

    private static readonly Option<string?> Unknown = new("--unknown")
    {
        Description = "Photos that belong to none of the classes (folder or table); shows how many get an answer at each threshold.",
        HelpName = "PATH",
    };

    private static readonly Option<bool> Calibrate = new("--calibrate")
    {
        Description = "Fit a temperature on the validation photos and save it, with thresholds, in the model file.",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the numbers as JSON." };

    private static readonly (Setting Setting, Option<string?> Option)[] OtherData =
    [
        .. Setting.All.Where(setting => setting.Key is "data" or "labels" or "encoding" or "photo-column" or "label-column" or "label-delim"
                or "split-column" or "exclude" or "cleaning")
            .Select(setting => (setting, new Option<string?>($"--{setting.Key}")
            {
                Description = setting.Key == "data"
                    ? "Photos other than the run's: a folder or a CSV file."
                    : FlagText.Of(setting.Help),
                HelpName = setting.Value,
            })),
    ];

    public static Command Create()
    {
        var command = new Command("evaluate", "Evaluate a model on labelled photos, class by class, with a confidence interval.")
        {
            RunArgument, Which, Tta, Csv, Unknown, Calibrate, PredictCommand.Device, Json,
        };
        foreach (var (_, option) in OtherData)
            command.Add(option);
        command.Show(
            "petbreeds evaluate                                       the newest run on its validation photos",
            "petbreeds evaluate runs/NAME --split test --tta --json",
            "petbreeds evaluate runs/NAME --data photos/ --csv predictions.csv",
            "petbreeds evaluate runs/NAME --unknown holiday-photos/   how many it mistakes for one of its classes");
        command.Does(Run, together: true);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancel)
    {
        var (folder, model) = RunChoice.Model(parsed.GetValue(RunArgument));
        if (Ranks.Start().Rank > 0)
            return PredictCommand.Follow(parsed, model);
        var options = TrainingData.CatalogOptions(Config(parsed, folder), new SetupProgress().Sample, cancel);
        using var predictor = new Predictor(model, parsed.GetRequiredValue(PredictCommand.Device), Ranks.Group);
        Evaluate(parsed, folder, model, predictor, options, cancel);
        predictor.Release();
        return ExitCode.Done;
    }

    private static void Evaluate(
        ParseResult parsed, RunFolder? folder, string model, Predictor predictor, CatalogOptions options, CancellationToken cancel)
    {
        var split = Chosen(parsed);
        var calibrate = parsed.GetValue(Calibrate);
        if (calibrate && OnnxModel.Is(model))
            throw new UserException("an exported model cannot be recalibrated", model, "Calibrate the run, then export it again.");
        if (calibrate && (split != Split.Valid || parsed.GetValue(Tta)))
            throw new UserException("the temperature is fitted on centre crops of validation photos", "--calibrate",
                "Leave out --split, --data and --tta.");
        var photos = EvaluationPhotos.Read(options, split, predictor.Card.Classes);
        SessionSetup.DescribeLeftOut(photos.PassedOver, photos.Concerns);
        if (predictor.Card.SeveralLabels)
        {
            EvaluateMultiLabel(parsed, model, predictor, photos, cancel);
            return;
        }
        if (photos.Photos.Any(photo => photo.Several is not null))
            throw new UserException("the model predicts one class per photo, but the table has several labels", "--label-delim",
                "Leave it out, or evaluate a model that was trained with it.");
        var measured = Measure(parsed, predictor, photos, calibrate, cancel);
        if (calibrate)
            ModelFile.Save(model, predictor.Model, predictor.Card with { Calibration = Evaluator.Calibration(predictor, measured) });
        var unknown = parsed.GetValue(Unknown) is { } path
            ? Answers(predictor, EvaluationPhotos.Unknown(path, options), parsed.GetValue(Tta), cancel) : null;
        var picture = IsRunValidation(parsed) && folder is not null ? folder.Confusion : null;
        if (picture is not null)
            ConfusionPlot.Save(picture, measured.Result.Counts, measured.Result.Classes);
        var table = new EvaluationTable(model, photos.What, predictor, measured, unknown, parsed.GetValue(Tta), calibrate, picture);
        if (parsed.GetValue(Json))
            table.ShowJson();
        else
            table.Show();
    }

    private static void EvaluateMultiLabel(
        ParseResult parsed, string model, Predictor predictor, EvaluationPhotos photos, CancellationToken cancel)
    {
        if (parsed.GetValue(Calibrate) || parsed.GetValue(Csv) is not null || parsed.GetValue(Unknown) is not null)
            throw new UserException("--calibrate, --csv and --unknown need a model that predicts one class per photo", model,
                "Leave them out.");
        var measured = ProgressBar.Run("evaluating", bar =>
        {
            var options = new EvaluatorOptions(parsed.GetValue(Tta), Bad: (_, error) => Terminal.Warn($"{error.Message}; left out"),
                Progress: done => bar.Report(done, photos.Photos.Count, $"{done}/{photos.Photos.Count} photos"));
            return LabelEvaluation.Measure(predictor, photos.Photos, options, cancel);
        });
        if (parsed.GetValue(Json))
            MultiLabelTable.ShowJson(measured, model, photos.What);
        else
            MultiLabelTable.Show(measured, photos.What);
    }

    /// <summary>Whether the run is measured as its report measures it: on its own validation photos.</summary>
    private static bool IsRunValidation(ParseResult parsed) =>
        parsed.GetValue(Data) is null && Chosen(parsed) == Split.Valid && !parsed.GetValue(Tta);

    private static Option<string?> Data => OtherData.Single(entry => entry.Setting.Key == "data").Option;

    /// <summary>The run's own data, or with --data other photos, whose labels and split are detected afresh.</summary>
    private static TrainOptions Config(ParseResult parsed, RunFolder? folder)
    {
        var labels = OtherData.Single(entry => entry.Setting.Key == "labels").Option;
        var other = parsed.GetValue(Data) is not null || parsed.GetValue(labels) is not null;
        if (folder is null && !other)
            throw new UserException("a model file does not say which photos to evaluate it on", "--data",
                "Give photos, or the run's folder instead.");
        var config = folder is null ? new TrainOptions() : folder.ReadOptions();
        if (other)
            config = config with { Data = null, Labels = LabelSource.Auto, Split = SplitMode.Auto, Exclude = null, Cleaning = null };
        return ConfigFile.Apply(config, OtherData.Where(entry => parsed.GetValue(entry.Option) is not null)
            .Select(entry => new GivenSetting(entry.Setting.Key, parsed.GetValue(entry.Option)!, $"--{entry.Setting.Key}")));
    }

    private static Split? Chosen(ParseResult parsed) =>
        parsed.GetValue(Which) is { } name ? RunChoice.SplitOf(name) : parsed.GetValue(Data) is null ? Split.Valid : null;

    private static Measurement Measure(
        ParseResult parsed, Predictor predictor, EvaluationPhotos photos, bool calibrate, CancellationToken cancel)
    {
        using var csv = parsed.GetValue(Csv) is { } file ? new PredictionsCsv(file, predictor.Card.Classes) : null;
        var measured = ProgressBar.Run("evaluating", bar =>
        {
            var options = new EvaluatorOptions(parsed.GetValue(Tta), csv is null ? null : csv.Add,
                (_, error) => Terminal.Warn($"{error.Message}; left out"),
                done => bar.Report(done, photos.Photos.Count, $"{done}/{photos.Photos.Count} photos"));
            return calibrate
                ? Evaluator.Calibrate(predictor, photos.Photos, options, cancel)
                : Evaluator.Measure(predictor, photos.Photos, options, cancel);
        });
        csv?.Finish();
        return measured;
    }

    private static UnknownPhotos Answers(Predictor predictor, IReadOnlyList<string> photos, bool tta, CancellationToken cancel)
    {
        var (confidences, unfamiliar) = (new ConfidenceHistogram(), 0);
        foreach (var answer in predictor.Answers(photos, tta, cancel: cancel))
        {
            if (answer.Error is { } error)
            {
                Terminal.Warn($"{error.Message}; left out");
                continue;
            }
            var unlike = predictor.IsUnfamiliar(answer);
            confidences.Add(unlike ? 0 : predictor.Probabilities(answer).Max());
            unfamiliar += unlike ? 1 : 0;
        }
        return new UnknownPhotos(confidences, unfamiliar);
    }
}
