using System.CommandLine;
using PetBreeds.Cli.Console;
using PetBreeds.Evaluation;
using PetBreeds.Reports;
using PetBreeds.Training;

namespace PetBreeds.Cli.Commands;

internal static class EvaluateCommand
{
    private static readonly Argument<string?> RunArgument = new("run")
    {
        Description = "A run folder; without it the newest run in ./runs.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the numbers as JSON." };

    public static Command Create()
    {
        var command = new Command("evaluate", "Measure a run's model on its validation photos, class by class.") { RunArgument, PredictCommand.Device, Json };
        command.Show("petbreeds evaluate", "petbreeds evaluate runs/NAME --json");
        command.Does(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancel)
    {
        var folder = parsed.GetValue(RunArgument) is { } given ? new RunFolder(Path.GetFullPath(given)) : RunFolder.Newest("runs");
        var config = ConfigFile.Apply(new TrainConfig(), ConfigFile.Read(folder.Config));
        var catalog = TrainingData.ReadCatalog(config, new SetupProgress(), cancel);
        var photos = catalog.Of(Catalog.Split.Valid);
        using var predictor = new Predictor(folder.Model, parsed.GetRequiredValue(PredictCommand.Device));
        if (!predictor.Card.Classes.SequenceEqual(catalog.Classes))
            throw new UserException("the data has other classes than the model", catalog.Root, "Evaluate on the data the run was trained on.");
        var evaluation = ProgressBar.Run("evaluating", bar => SplitEvaluation.Of(catalog.Classes, Results(predictor, photos, bar, cancel)));
        ConfusionPlot.Save(folder.Confusion, evaluation.Counts, evaluation.Classes);
        if (parsed.GetValue(Json))
            ShowJson(evaluation, folder);
        else
            Show(evaluation, folder);
        return ExitCode.Done;
    }

    private static IEnumerable<(int Label, float[] Probabilities)> Results(
        Predictor predictor, IReadOnlyList<Catalog.PhotoItem> photos, ProgressBar bar, CancellationToken cancel)
    {
        foreach (var (i, (path, probabilities, error)) in predictor.Probabilities(photos.Select(photo => photo.Path), cancel).Index())
        {
            bar.Report(i + 1, photos.Count, $"{i + 1}/{photos.Count} photos");
            if (error is null)
                yield return (photos[i].Label, probabilities);
            else
                Terminal.Warn($"{error.Message}; left out");
        }
    }

    private static void Show(SplitEvaluation evaluation, RunFolder folder)
    {
        var width = Math.Max(5, evaluation.Classes.Max(name => name.Length));
        Terminal.Result($"{"class".PadRight(width)}  photos  precision  recall");
        foreach (var row in evaluation.PerClass)
            Terminal.Result($"{row.Name.PadRight(width)}  {row.Support,6}  {Share(row.Precision),9}  {Share(row.Recall),6}");
        Terminal.Result();
        Terminal.Result($"error {evaluation.Error:0.0000}, accuracy {evaluation.Accuracy:0.0%}, top-5 {evaluation.TopFiveAccuracy:0.0%} on {evaluation.Photos} photos");
        foreach (var (actual, predicted, count) in evaluation.MostConfused.Take(3))
            Terminal.Result($"{count} × {actual} taken for {predicted}");
        Terminal.Result($"confusion matrix: {folder.Confusion}");
    }

    private static string Share(double share) => double.IsNaN(share) ? "–" : $"{share:0.0%}";

    private static void ShowJson(SplitEvaluation evaluation, RunFolder folder) => Terminal.Json(new
    {
        run = folder.Folder,
        photos = evaluation.Photos,
        error = evaluation.Error,
        accuracy = evaluation.Accuracy,
        top5 = evaluation.TopFiveAccuracy,
        classes = evaluation.PerClass.Select(row => new
        {
            name = row.Name,
            support = row.Support,
            precision = double.IsNaN(row.Precision) ? (double?)null : row.Precision,
            recall = double.IsNaN(row.Recall) ? (double?)null : row.Recall,
        }),
    });
}
