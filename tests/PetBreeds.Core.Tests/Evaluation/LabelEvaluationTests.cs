using System.Text.Json;
using PetBreeds.Catalog;
using PetBreeds.Evaluation;
using PetBreeds.Evaluation.MultiLabel;
using PetBreeds.Models;
using PetBreeds.Reports;
using PetBreeds.Runs;
using PetBreeds.Runtime;
using PetBreeds.Tests.Training;
using PetBreeds.Training;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Losses;
using Xunit;

namespace PetBreeds.Tests.Evaluation;

public sealed class LabelEvaluationTests(TinyData data) : IClassFixture<TinyData>
{
    /// <summary>Numbers of scikit-learn 1.2.1, written by Fixtures/evaluation/make_labels.py.</summary>
    [Fact]
    public void Metrics_equal_scikit_learns()
    {
        var golden = JsonDocument.Parse(
            File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", "evaluation", "labels.json"))).RootElement;
        var (labels, probabilities) = (golden.Rows("labels"), golden.Rows("probabilities64"));
        var counted = new LabelEvaluation([.. Enumerable.Range(0, labels[0].Length).Select(i => $"c{i}")]);
        foreach (var (row, p) in labels.Zip(probabilities))
        {
            int[] several = [.. row.Index().Where(entry => entry.Item == 1).Select(entry => entry.Index)];
            counted.Add(new PhotoItem("", "", -1, Split.Valid) { Several = several }, [.. p.Select(value => value / 64)]);
        }
        Assert.Equal(golden.Number("error"), counted.Error, 1e-12);
        Assert.Equal(golden.Number("exact"), counted.ExactMatch, 1e-12);
        Assert.Equal(golden.Number("macro"), counted.MacroF1, 1e-12);
        Assert.Equal(golden.Number("micro"), counted.MicroF1, 1e-12);
        Assert.Equal(golden.Number("log_loss"), counted.LogLoss, 1e-9);
        Assert.Equal(golden.Number("half"), (counted.ErrorInterval.High - counted.ErrorInterval.Low) / 2, 1e-9);
        foreach (var (i, row) in counted.PerClass.Index())
        {
            Assert.Equal(golden.Numbers("precision")[i], double.IsNaN(row.Precision) ? 0 : row.Precision, 1e-12);
            Assert.Equal(golden.Numbers("recall")[i], double.IsNaN(row.Recall) ? 0 : row.Recall, 1e-12);
            Assert.Equal(golden.Numbers("f1")[i], double.IsNaN(row.F1) ? 0 : row.F1, 1e-12);
            Assert.Equal(golden.Numbers("support")[i], row.Support);
        }
    }

    /// <summary>Equal shares have no spread, and yet nobody knows the error exactly: Wilson's interval of 0 and 5 of 10.</summary>
    [Theory]
    [InlineData(.9, 0, 0, .277533)]
    [InlineData(.1, .5, .236593, .763407)]
    public void Photos_that_are_all_as_wrong_leave_an_interval(double second, double error, double low, double high)
    {
        var counted = new LabelEvaluation(["a", "b"]);
        for (var i = 0; i < 10; i++)
            counted.Add(new PhotoItem("", "", -1, Split.Valid) { Several = [0, 1] }, [.9, second]);
        Assert.Equal(error, counted.Error, 1e-12);
        Assert.Equal((low, high), (Math.Round(counted.ErrorInterval.Low, 6), Math.Round(counted.ErrorInterval.High, 6)));
    }

    [Fact]
    public void A_run_on_several_labels_is_trained_measured_reported_and_read_back()
    {
        var config = data.Config with
        {
            Data = null,
            Labels = LabelSource.Table(Table()),
            LabelDelim = ";",
            Loss = LossKind.BinaryCrossEntropy,
            FreezeEpochs = 0,
            Epochs = 3,
            Lr = 3e-3
        };
        using var session = TinyData.Open(config);
        Assert.Equal(["bluish", "reddish", "round"], session.Catalog.Classes);
        using var batch = session.Validation.Ordered().First();
        Assert.Equal([batch.Count, 3L], batch.Labels.shape);
        var last = TinyData.Fit(session).Epochs[^1];
        var run = new RunFolder(data.At("several"));
        Directory.CreateDirectory(run.Folder);
        File.WriteAllText(run.Config, ConfigFile.Write(config));
        ModelFile.Save(run.Model, session.Model, new ModelCard(session.Model.Body.Plan, session.Catalog.Classes, session.Preprocessing,
            new Dictionary<string, string>())
        { Loss = ModelCard.BinaryCrossEntropy, SeveralLabels = true });
        HistoryCsv.Append(run.History, last);

        using var predictor = new Predictor(run.Model, ComputeDevice.Cpu);
        Assert.True(predictor.Card.SeveralLabels);
        var photos = EvaluationPhotos.Read(TrainingData.CatalogOptions(config, null, CancellationToken.None), Split.Valid,
            predictor.Card.Classes);
        var measured = LabelEvaluation.Measure(predictor, photos.Photos, new EvaluatorOptions(), CancellationToken.None);
        Assert.Equal(last.Error, measured.Error, 1e-6);
        Assert.Equal(last.F1!.Value, measured.MacroF1, 1e-6);
        Assert.Equal(last.ValidLoss, measured.LogLoss, 1e-5);
        Assert.Equal("no photo could be read, so there is nothing to evaluate", Assert.Throws<UserException>(() =>
            LabelEvaluation.Measure(predictor, [], new EvaluatorOptions(), CancellationToken.None)).Problem);

        var summary = RunReport.Make(run, new RunReportOptions(ComputeDevice.Cpu), CancellationToken.None);
        Assert.Equal(measured.Error, summary.Error, 1e-12);
        Assert.Contains("There is no confusion matrix", File.ReadAllText(run.Report));
        Assert.Equal("done", RunList.Read(Path.GetDirectoryName(run.Folder)!).Single(row => row.Run.Name == "several").State);
    }

    [Fact]
    public void Softmax_is_refused_with_several_labels()
    {
        var error = Assert.Throws<UserException>(() =>
            TinyData.Open(data.Config with { Data = null, Labels = LabelSource.Table(Table()), LabelDelim = ";" }));
        Assert.Contains("`label-delim` gives photos several labels, but `loss ce` needs exactly one", error.Problem);
        Assert.Contains("`loss bce`", error.Remedy);
    }

    [Fact]
    public void A_card_of_several_labels_with_softmax_is_damaged()
    {
        var metadata = new ModelCard(Architecture.Named("resnet18"), ["a", "b"], new(40, 32, PetBreeds.Pixels.Normalization.ImageNet),
            new Dictionary<string, string>())
        { SeveralLabels = true }.ToMetadata();
        Assert.Contains("damaged", Assert.Throws<UserException>(() => ModelCard.FromMetadata(metadata, "x")).Message);
    }

    /// <summary>Red ones are round; every fifth photo has no label.</summary>
    private string Table()
    {
        var rows = from color in new[] { "bluish", "reddish" }
                   from i in Enumerable.Range(0, 20)
                   let label = i % 5 == 4 ? "" : color == "reddish" ? "round; reddish" : "bluish"
                   select $"photos/{color}/{i}.png,{label}";
        var table = data.At("several.csv");
        File.WriteAllText(table, "photo,label\n" + string.Join('\n', rows));
        return table;
    }
}
