using PetBreeds.Catalog;
using PetBreeds.Evaluation;
using PetBreeds.Models;
using PetBreeds.Pixels;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Reports.Html;
using PetBreeds.Runs;
using PetBreeds.Runtime;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Steps;

namespace PetBreeds.Tests.Reports.Html;

/// <summary>A made-up run with names that would do harm if they were not escaped.</summary>
internal static class ReportFixture
{
    public const string Script = "<script>alert(1)</script>";
    public const string Attribute = "\" onerror=\"alert(2)";

    public static ReportData Data(int classes = 5, int photos = 200)
    {
        string[] names = [.. Enumerable.Range(0, classes)
            .Select(i => i switch { 0 => Script, 1 => Attribute, 2 => "../x&y", _ => $"Class_{i}" })];
        var collector = new EvaluationCollector(names);
        var (random, raw) = (new SeededRandom(4), new CalibrationBins());
        for (var i = 0; i < photos; i++)
        {
            var logits = new float[classes];
            for (var j = 0; j < classes; j++)
                logits[j] = (float)random.NextDouble(-1, 1) + (j == i % classes ? 1.2f : 0);
            var result = collector.Add(new PhotoItem($"/photos/{i}.jpg", $"{i}{Script}{Attribute}.jpg", i % classes, Split.Valid),
                Activation.Probabilities(logits, 1, false));
            raw.Add(result.Probability, result.Right);
        }
        var measured = new Measurement(collector.Result(), 1.5, raw, 1);
        var picture = new RgbImage(2, 2, [255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9]);
        return new ReportData
        {
            Name = $"run{Script}",
            Config = new TrainOptions { Data = $"photos{Script}" },
            Card = new ModelCard(Architecture.Named("resnet18"), names, new Preprocessing(64, 48, Normalization.ImageNet),
                new Dictionary<string, string> { ["data"] = Script }),
            Measured = measured,
            Temperature = 1.3,
            History = [.. Enumerable.Range(1, 4).Select(i => new EpochResult(i, i == 1, 2.0 / i, 2.2 / i, .5 / i, 12, 30))],
            Steps = [.. Enumerable.Range(0, 40).Select(i => new StepResult(i, i / 10.0, 3 - i / 20.0, 1e-3, .9))],
            Finder = [.. Enumerable.Range(0, 50).Select(i => (Math.Pow(10, -6 + i / 10.0), 3 - i / 50.0))],
            Pictures = measured.Result.TopLosses.Concat(measured.Result.MostConfused.SelectMany(pair => pair.Examples))
                .DistinctBy(photo => photo.Path)
                .ToDictionary(photo => photo.Path, _ => new ReportPicture(picture, picture)),
            Batch = ReportPicture.DataUri(picture),
            Environment = [("start_utc", "2026-11-23T09:00:00Z"), ("command_line", $"train --data {Script}")],
            Data = new RunData(Script, "column", [.. names.Select(name => new RunClass(name, 30, 40, 0))],
                [new PassedOver(Script, 2, Attribute)],
                [new RunBadPhoto(Script, Attribute)]),
            Unreadable = [new RunBadPhoto(Attribute, Script)],
        };
    }
}
