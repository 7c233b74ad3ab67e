using System.CommandLine;
using PetBreeds.Catalog;
using PetBreeds.Cli.Console;
using PetBreeds.Evaluation;
using PetBreeds.Reports;

namespace PetBreeds.Cli.Commands;

internal static class PredictCommand
{
    private static readonly Argument<string[]> Photos = new("photos")
    {
        Description = "Photos, or folders of photos.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<int> Top = new("--top")
    {
        Description = "How many classes to name for each photo.",
        HelpName = "N",
        DefaultValueFactory = _ => 3,
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the answers as JSON." };

    public static Option<string> Device { get; } = new("--device")
    {
        Description = "Where to compute: auto, cpu, cuda, cuda:1, mps.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "auto",
    };

    public static Option<string?> Model { get; } = new("--model")
    {
        Description = "A model.safetensors or a run folder; without it the newest run in ./runs.",
        HelpName = "PATH",
    };

    public static Command Create()
    {
        var command = new Command("predict", "Name the breed on photos.") { Photos, Model, Top, Json, Device };
        command.Show(
            "petbreeds predict cat.jpg",
            "petbreeds predict holiday/ --top 1",
            "petbreeds predict cat.jpg --model runs/NAME --json");
        command.Does(Run);
        return command;
    }

    /// <summary>The model file that --model means.</summary>
    public static string ModelPath(string? given) => given switch
    {
        null => RunFolder.Newest("runs").Model,
        _ when Directory.Exists(given) => Path.Combine(given, "model.safetensors"),
        _ => given,
    };

    private static int Run(ParseResult parsed, CancellationToken cancel)
    {
        var top = parsed.GetValue(Top);
        if (top < 1)
            throw new UserException($"'{top}' is no number of classes", "--top", "Give 1 or more.");
        string[] paths = [.. parsed.GetRequiredValue(Photos).SelectMany(path => File.Exists(path) ? [path] : PhotoCatalogReader.FindPhotos(path))];
        using var predictor = new Predictor(ModelPath(parsed.GetValue(Model)), parsed.GetRequiredValue(Device));
        var answers = predictor.Predict(paths, top, cancel);
        var failed = parsed.GetValue(Json) ? ShowJson(answers) : Show(answers);
        return failed ? ExitCode.CheckFailed : ExitCode.Done;
    }

    private static bool Show(IEnumerable<Prediction> answers)
    {
        var failed = false;
        foreach (var answer in answers)
        {
            if (answer.Error is { } error)
            {
                System.Console.Error.WriteLine($"error: {error.Message}");
                failed = true;
                continue;
            }
            Terminal.Result(answer.Path);
            var width = answer.Top.Max(top => top.Name.Length);
            foreach (var top in answer.Top)
                Terminal.Result($"  {top.Name.PadRight(width)}  {top.Probability,6:0.0%}");
        }
        return failed;
    }

    private static bool ShowJson(IEnumerable<Prediction> answers)
    {
        var all = answers.ToArray();
        Terminal.Json(all.Select(answer => new
        {
            photo = answer.Path,
            error = answer.Error?.Problem,
            predictions = answer.Top.Select(top => new { @class = top.Name, probability = top.Probability }),
        }));
        return all.Any(answer => answer.Error is not null);
    }
}
