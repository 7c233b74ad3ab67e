using PetBreeds.Catalog;
using PetBreeds.Models;
using PetBreeds.Reports;
using PetBreeds.Runs;
using PetBreeds.Runtime;
using PetBreeds.Tests.Catalog;
using PetBreeds.Tests.Training;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Steps;
using Xunit;

namespace PetBreeds.Tests.Reports;

public sealed class RunReportTests(TinyData data) : IClassFixture<TinyData>
{
    [Fact]
    public void A_run_gets_its_files_and_its_temperature()
    {
        var run = Run("first");
        var summary = RunReport.Make(run, new RunReportOptions(ComputeDevice.Cpu), CancellationToken.None);
        foreach (var file in new[] { run.Report, run.Confusion, run.TopLosses, run.Evaluation, run.Predictions })
            Assert.True(new FileInfo(file).Length > 0, file);
        var card = ModelFile.Load(run.Model).Card;
        Assert.Equal(summary.Temperature, card.Calibration!.Temperature, 1e-12);
        Assert.Equal("somewhere", card.Provenance["data"]);
        Assert.Equal(summary.Photos + 1, File.ReadAllLines(run.Predictions).Length);
        // measured with the card's temperature this time
        var again = RunReport.Make(run, new RunReportOptions(ComputeDevice.Cpu), CancellationToken.None);
        Assert.Equal(summary.LogLoss, again.LogLoss, 1e-9);
        Assert.Equal(summary.Classes, EvaluationSummary.Read(run.Evaluation)!.Classes);
        Assert.Empty(Directory.GetFiles(run.Folder, "*.tmp"));
    }

    [Fact]
    public void Two_runs_are_compared_on_the_same_photos()
    {
        RunFolder[] runs = [Run("one"), Run("two", epochs: 2)];
        Assert.Null(ComparedRun.Read(runs[0]));
        foreach (var run in runs)
            RunReport.Make(run, new RunReportOptions(ComputeDevice.Cpu), CancellationToken.None);
        var comparison = RunComparison.Of([.. runs.Select(run => ComparedRun.Read(run)!)]);
        Assert.Equal(runs.Length - 1, comparison.Pairs.Count);
        Assert.Equal(8, comparison.Pairs[0].Photos);
        var (first, second) = (PredictionsCsv.Correct(runs[0].Predictions), PredictionsCsv.Correct(runs[1].Predictions));
        Assert.Equal(first.Count(photo => photo.Value && !second[photo.Key]), comparison.Pairs[0].OnlyFirst);
        Assert.Equal(["epochs"], comparison.Differences.Select(row => row.Key));
    }

    [Fact]
    public void A_run_without_a_model_is_an_error()
    {
        var run = Run("bare");
        File.Delete(run.Model);
        Assert.Throws<UserException>(() => RunReport.Make(run, new RunReportOptions(ComputeDevice.Cpu), CancellationToken.None));
        Assert.False(File.Exists(run.Report));
    }

    [Fact]
    public void A_photo_removed_in_mid_run_is_in_the_report_of_that_run()
    {
        var run = Run("removed");
        using var session = TinyData.Open(data.Config);
        foreach (var split in new[] { Split.Train, Split.Valid })
            foreach (var sample in session.Data.Samples(split))
                session.Data.Read(sample, (_, _, _) => { });
        var photo = session.Catalog.Of(Split.Valid)[0];
        File.Move(photo.Path, photo.Path + ".away");
        try
        {
            var whole = RunReport.Make(run, new RunReportOptions(ComputeDevice.Cpu, Trained: session.Data), CancellationToken.None);
            var answers = PredictionsCsv.Correct(run.Predictions);
            Assert.Contains(photo.Name, answers);
            File.Move(photo.Path + ".away", photo.Path);
            Assert.Equal(RunReport.Make(run, new RunReportOptions(ComputeDevice.Cpu), CancellationToken.None).LogLoss, whole.LogLoss, 1e-9);
            Assert.Equal(answers, PredictionsCsv.Correct(run.Predictions));
        }
        finally
        {
            if (!File.Exists(photo.Path))
                File.Move(photo.Path + ".away", photo.Path);
        }
    }

    private RunFolder Run(string name, int epochs = 1)
    {
        var run = new RunFolder(data.At(Path.Combine($"runs-{Guid.NewGuid():N}", name)));
        Directory.CreateDirectory(run.Folder);
        using var session = TinyData.Open(data.Config);
        File.WriteAllText(run.Config, ConfigFile.Write(session.Config with { Epochs = epochs }));
        ModelFile.Save(run.Model, session.Model, new ModelCard(session.Model.Body.Plan, session.Catalog.Classes, session.Preprocessing,
            new Dictionary<string, string> { ["data"] = "somewhere" }));
        RunData.Of(session.Data).Write(run.Data);
        HistoryCsv.Append(run.History, new EpochResult(1, true, 1, 1, .5, 3, 10));
        return run;
    }
}
