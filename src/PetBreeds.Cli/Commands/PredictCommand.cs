using System.CommandLine;
using PetBreeds.Catalog.Reading;
using PetBreeds.Cli.Console;
using PetBreeds.Evaluation;
using PetBreeds.Models;
using PetBreeds.Runtime;

namespace PetBreeds.Cli.Commands;

internal static class PredictCommand
{
    /// <summary>How many skipped files are named for each reason.</summary>
    private const int Named = 5;

    private static readonly Argument<string[]> Photos = new("photos")
    {
        Description = "Photos, or folders of photos.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<int> Top = new("--top")
    {
        Description = "How many classes to show per photo; a multi-label model shows all above the threshold.",
        HelpName = "N",
        DefaultValueFactory = _ => 3,
    };

    private static readonly Option<double?> Threshold = new("--threshold")
    {
        Description = "Answer 'none of these' if the most probable class is below this probability, 0 to 1, or if the photo is unlike "
            + "those of the classes; 0 always names one. "
            + "[default: none, or 0.5 for a model trained with bce]",
        HelpName = "P",
    };

    private static readonly Option<double?> RejectAt = new("--reject-at")
    {
        Description = "The same, with a threshold chosen so that this share (0 to 1) of the validation photos is answered.",
        HelpName = "COVERAGE",
    };

    private static readonly Option<string?> OnlyShard = new("--shard")
    {
        Description = "Predict only every N-th photo, beginning with the I-th: N jobs, with I from 1 to N, predict all.",
        HelpName = "I/N",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the answers as JSON." };

    public static Option<ComputeDevice> Device { get; } = new("--device")
    {
        Description = "Device to compute on: auto, cpu, cuda, cuda:1, mps.",
        HelpName = "NAME",
        DefaultValueFactory = _ => ComputeDevice.Auto,
        CustomParser = result =>
        {
            try
            {
                return ComputeDevice.Parse(result.Tokens[^1].Value);
            }
            catch (FormatException e)
            {
                result.AddError($"--device: {e.Message}");
                return default;
            }
        },
    };

    public static Option<string?> Model { get; } = new("--model")
    {
        Description = "A run folder, a model.safetensors or an exported model.onnx. [default: the newest run in ./runs]",
        HelpName = "PATH",
    };

    public static Command Create()
    {
        var command = new Command("predict", "Predict the class of photos.")
        {
            Photos, Model, Top, Threshold, RejectAt, OnlyShard, Json, Device,
        };
        command.Show(
            "petbreeds predict cat.jpg",
            "petbreeds predict holiday/ --top 1",
            "petbreeds predict cat.jpg --reject-at .95                'none of these' if less sure than on 95% of validation photos",
            "petbreeds predict cat.jpg --model runs/NAME --json",
            "petbreeds predict photos/ --shard $SLURM_ARRAY_TASK_ID/4       in each job of sbatch --array=1-4");
        command.Does(Run, together: true);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancel)
    {
        var top = parsed.GetValue(Top);
        if (top < 1)
            throw new UserException($"'{top}' is not a valid number of classes", "--top", "Use 1 or more.");
        var shard = Shard.Parse(parsed.GetValue(OnlyShard));
        if (Ranks.Start().Rank > 0)
            return Follow(parsed, RunChoice.Model(parsed.GetValue(Model)).Model);
        var allSkipped = new List<(string Path, string Reason)>();
        var paths = shard.Of(parsed.GetRequiredValue(Photos)
            .SelectMany(path => File.Exists(path) ? [path] : PhotoCatalogReader.FindPhotos(path, allSkipped)));
        var skipped = shard.Of(allSkipped);
        ShowSkipped(skipped);
        using var predictor = new Predictor(RunChoice.Model(parsed.GetValue(Model)).Model, parsed.GetRequiredValue(Device), Ranks.Group);
        var threshold = LeastProbability(parsed, predictor.Card);
        var answers = predictor.Card.SeveralLabels
            ? predictor.Predict(paths, predictor.Card.Classes.Count, cancel)
                .Select(answer => answer with { Top = [.. answer.Top.Where(top => top.Probability >= threshold)] })
            : predictor.Predict(paths, top, cancel);
        var failed = parsed.GetValue(Json) ? ShowJson(answers, skipped, threshold, predictor.Space is not null) : Show(answers, threshold);
        predictor.Release();
        return failed ? ExitCode.CheckFailed : ExitCode.Done;
    }

    /// <summary>What all ranks but the first do: predict the photos that it hands out.</summary>
    public static int Follow(ParseResult parsed, string model)
    {
        using var predictor = new Predictor(model, parsed.GetRequiredValue(Device), Ranks.Group);
        predictor.Follow();
        return ExitCode.Done;
    }

    /// <summary>Below it no class is predicted; 0 always predicts one.</summary>
    private static double LeastProbability(ParseResult parsed, ModelCard card)
    {
        var (threshold, coverage) = (parsed.GetValue(Threshold), parsed.GetValue(RejectAt));
        if (threshold is not null && coverage is not null)
            throw new UserException("--threshold and --reject-at both choose the threshold", null, "Use only one of them.");
        if (threshold is not null)
            return InRange(threshold.Value, "--threshold");
        if (coverage is null)
            return card.IndependentClasses ? .5 : 0;
        return card.Calibration?.Threshold(InRange(coverage.Value, "--reject-at"))
            ?? throw new UserException("the model file has no thresholds", "--reject-at", "Add them: petbreeds evaluate RUN --calibrate");
    }

    private static double InRange(double value, string flag) =>
        value is >= 0 and <= 1 ? value : throw new UserException($"'{value}' is not a number from 0 to 1", flag, "For 95%, use 0.95.");

    private static bool Show(IEnumerable<Prediction> answers, double threshold)
    {
        var failed = false;
        foreach (var answer in answers)
        {
            if (answer.Error is { } error)
            {
                System.Console.Error.WriteLine(Terminal.Harmless($"error: {error.Message}"));
                failed = true;
                continue;
            }
            Terminal.Result(answer.Path);
            if (answer.IsNoneBelow(threshold))
                Terminal.Result(answer.IsUnfamiliar ? "  none of these: unlike the photos of its classes"
                    : $"  none of these: no class reaches {threshold:0.0###%}");
            var width = answer.Top.Select(top => top.Name.Length).DefaultIfEmpty().Max();
            foreach (var top in answer.Top)
                Terminal.Result($"  {top.Name.PadRight(width)}  {top.Probability,6:0.0%}");
        }
        return failed;
    }

    private static bool ShowJson(IEnumerable<Prediction> answers, (string Path, string Reason)[] skipped, double threshold, bool knowsSpace)
    {
        var all = answers.ToArray();
        Terminal.Json(all.Select(answer => Json(answer.Path, answer)).Concat(skipped.Select(file => Json(file.Path, null, file.Reason))));
        return all.Any(answer => answer.Error is not null);

        object Json(string path, Prediction? answer, string? skipped = null) => new
        {
            photo = path,
            error = answer?.Error?.Problem,
            skipped,
            none_of_these = answer is { Error: null } ? answer.IsNoneBelow(threshold) : (bool?)null,
            unfamiliar = answer is { Error: null } && knowsSpace ? answer.IsUnfamiliar : (bool?)null,
            predictions = answer?.Top.Select(top => new { @class = top.Name, probability = top.Probability }) ?? [],
        };
    }

    /// <summary>Lists, by reason, the files in folders that are skipped.</summary>
    private static void ShowSkipped((string Path, string Reason)[] skipped)
    {
        foreach (var group in skipped.GroupBy(file => file.Reason))
        {
            string[] names = [.. group.Select(file => file.Path)];
            var more = names.Length > Named ? $" and {names.Length - Named} more" : "";
            Terminal.Warn($"{names.Length} skipped, {group.Key}: {string.Join(", ", names.Take(Named))}{more}");
        }
    }
}
