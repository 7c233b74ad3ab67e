using System.CommandLine;
using PetBreeds.Cli.Console;
using PetBreeds.Reports.Plots;
using PetBreeds.Reports.Terminal;
using PetBreeds.Runs;
using PetBreeds.Training;
using PetBreeds.Training.Planning;

namespace PetBreeds.Cli.Commands;

internal static class LrFindCommand
{
    private static readonly TrainFlags Settings = new();

    private static readonly Option<string> Picture = new("--out")
    {
        Description = "Where to write the plot.",
        HelpName = "FILE.png",
        DefaultValueFactory = _ => "lr_find.png",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the curve and the suggestions as JSON." };

    public static Command Create()
    {
        var command = new Command("lr-find", "Try rising learning rates for 100 steps and suggest one; no model is saved.")
        {
            Picture, BatchPerRank.Photos, Downloads.Yes, Json,
        };
        Settings.AddTo(command);
        command.Show(
            "petbreeds lr-find --data photos/ --arch resnet34",
            "petbreeds lr-find --config configs/sample.yaml --out curve.png");
        command.Does(Run, together: true);
        return command;
    }

    /// <summary>Runs the finder under a progress bar.</summary>
    public static LearningRateCurve Search(TrainingSession session, CancellationToken cancel) =>
        ProgressBar.Run("learning-rate finder", bar =>
            LearningRateFinder.Search(session, (done, total, what) => bar.Report(done, total, what), cancel));

    /// <summary>Runs the finder and prints the rate that --lr auto uses.</summary>
    /// <exception cref="UserException">The curve is too short to read a rate from.</exception>
    public static LearningRateCurve SearchRate(TrainingSession session, CancellationToken cancel)
    {
        var curve = Search(session, cancel);
        Terminal.Note($"rate      {curve.Valley.LearningRate:0.0e+0} ({curve.Valley.Name} of the learning-rate finder)");
        return curve;
    }

    private static int Run(ParseResult parsed, CancellationToken cancel)
    {
        var group = Ranks.Start();
        var config = BatchPerRank.Apply(parsed, Settings.Read(parsed), group.Size);
        if (group.Rank > 0)
        {
            using var shared = TrainingSession.Open(config, new SetupProgress(), cancel, group: group);
            SharedTraining.FindRate(shared, cancel);
            return ExitCode.Done;
        }
        using var session = SessionSetup.Open(config, cancel, parsed.GetValue(Downloads.Yes));
        var curve = Search(session, cancel);
        var picture = Path.GetFullPath(parsed.GetRequiredValue(Picture));
        RunPictures.Save(picture, curve);
        if (parsed.GetValue(Json))
        {
            Terminal.Json(new
            {
                picture,
                suggestions = curve.Suggestions.Select(s => new { name = s.Name, lr = s.LearningRate, loss = s.Loss }),
                curve = curve.Rates.Zip(curve.Losses, curve.Smoothed)
                    .Select(point => new { lr = point.First, loss = point.Second, smoothed = point.Third }),
            });
        }
        else
        {
            Show(curve, picture);
        }
        return curve.Suggestions.Count > 0 ? ExitCode.Done : ExitCode.CheckFailed;
    }

    private static void Show(LearningRateCurve curve, string picture)
    {
        var unicode = System.Console.OutputEncoding.CodePage == System.Text.Encoding.UTF8.CodePage;
        var range = LrFindPlot.LossRange(curve.Smoothed);
        foreach (var line in TerminalPlot.Render(curve.Rates, curve.Smoothed, 78, 18, logX: true, Markers(curve), range, ascii: !unicode))
            Terminal.Result(line);
        Terminal.Result();
        foreach (var suggestion in curve.Suggestions)
            Terminal.Result($"{Symbol(suggestion)} {suggestion.Name,-11} {suggestion.LearningRate,8:0.0e+0}  "
                + $"{FlagText.Of(suggestion.Advice)}");
        if (curve.Suggestions.Count == 0)
            Terminal.Result("The curve is too short to suggest a rate: the loss diverged or became NaN within a few steps.");
        Terminal.Result($"  {"picture",-11} {picture}");
    }

    private static (char, double, double)[] Markers(LearningRateCurve curve) =>
        [.. curve.Suggestions.Select(s => (Symbol(s), s.LearningRate, s.Loss))];

    /// <summary>A letter of the name; slide and steep start with the same one.</summary>
    private static char Symbol(LearningRateSuggestion suggestion) => suggestion.Name switch
    {
        "slide" => 'L',
        "steep" => 'T',
        var name => char.ToUpperInvariant(name[0]),
    };
}
