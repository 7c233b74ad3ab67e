using PetBreeds.Evaluation;
using PetBreeds.Models;
using PetBreeds.Runs;
using PetBreeds.Runtime;
using PetBreeds.Tests.Training;
using PetBreeds.Training.Steps;
using Xunit;

namespace PetBreeds.Tests.Runs;

/// <summary>The library as a C# program uses it.</summary>
[Collection(nameof(TensorLeakTests))]
public sealed class ImageTrainerTests : IClassFixture<TinyData>, IDisposable
{
    private readonly TinyData _data;
    private readonly TempFolder _folder = new();

    public ImageTrainerTests(TinyData data) => _data = data;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Trains_measures_and_predicts()
    {
        var reports = new Reports();
        var run = ImageTrainer.Train(_data.Pretrained with { Epochs = 2 }, Named("first"), reports, Token);

        Assert.Equal(Path.Combine(_folder.Path, "first"), run.Folder);
        Assert.Equal([0, 1, 2], run.History.Select(epoch => epoch.Epoch));
        Assert.Contains(run.Kept, run.History);
        Assert.Equal((3, 0), (run.Seed, run.BadPhotos));
        Assert.All(["config.yaml", "environment.json", "history.csv", "steps.csv", "data.json", "evaluation.json", "predictions.csv",
            "model.safetensors"],
            name => Assert.True(File.Exists(Path.Combine(run.Folder, name)), name));
        Assert.False(RunLock.IsUnfinished(new RunFolder(run.Folder)));

        Assert.Equal([0, 1, 2], reports.All.Where(report => report.Epoch is not null).Select(report => report.Epoch!.Epoch));
        Assert.All(reports.All, report => Assert.InRange(report.Fraction, 0, 1));
        Assert.Contains(reports.All, report =>
            report is { Fraction: > .5, Left: not null } && report.Stage.StartsWith("epoch 2/2", StringComparison.Ordinal));

        using var model = Predictor.Load(run.ModelPath, ComputeDevice.Cpu);
        Assert.NotNull(model.Card.Calibration); // fitted on the validation photos
        var answer = Assert.Single(model.Predict([_data.AnyPhoto], top: 2, Token));
        Assert.Equal(["bluish", "reddish"], answer.Top.Select(top => top.Name).Order());
        Assert.Equal(1, answer.Top.Sum(top => top.Probability), .0001);
    }

    [Fact]
    public void A_cancelled_run_is_resumed_to_the_same_model()
    {
        var options = _data.Config with { Epochs = 2, Ema = .9 };
        var whole = ImageTrainer.Train(options, Named("whole"), cancel: Token);

        using var cancel = new CancellationTokenSource();
        var stop = new Reports { OnReport = report => { if (report.Epoch is { Epoch: 2 }) cancel.Cancel(); } };
        Assert.ThrowsAny<OperationCanceledException>(() => ImageTrainer.Train(options, Named("cut"), stop, cancel.Token));
        var cut = Path.Combine(_folder.Path, "cut");
        Assert.False(File.Exists(Path.Combine(cut, "model.safetensors")));
        var resumed = ImageTrainer.Resume(cut, cancel: Token);

        Assert.Equal(whole.History.Select(Losses), resumed.History.Select(Losses));
        using var first = ModelFile.Load(whole.ModelPath).Model;
        using var second = ModelFile.Load(resumed.ModelPath).Model;
        Assert.True(first.state_dict().Zip(second.state_dict()).All(pair => Tensors.Same(pair.First.Value, pair.Second.Value)));
        var error = Assert.Throws<UserException>(() => ImageTrainer.Resume(cut, cancel: Token));
        Assert.Equal("this run is finished", error.Problem);
    }

    [Fact]
    public void All_that_is_wrong_with_the_options_is_said_at_once_and_no_folder_is_made()
    {
        var error = Assert.Throws<UserException>(() =>
            ImageTrainer.Train(_data.Config with { BatchSize = 0, ValidFraction = 2, Presize = 16 }, Named("none"), cancel: Token));
        Assert.All(["batch-size", "valid-fraction", "presize"], setting => Assert.Contains(setting, error.Problem));
        Assert.Empty(Directory.GetDirectories(_folder.Path));
    }

    [Fact]
    public void Nothing_is_downloaded_unless_it_is_allowed()
    {
        var weights = InitialWeights.File("https://weights.invalid/resnet18.pth");
        var error = Assert.Throws<UserException>(() =>
            ImageTrainer.Train(_data.Config with { Weights = weights }, Named("none"), cancel: Token));
        Assert.Contains("must be downloaded first", error.Problem);
        Assert.Contains("Set RunOptions.AllowDownloads to download it", error.Remedy);
        Assert.Empty(Directory.GetDirectories(_folder.Path));
    }

    [Fact]
    public void A_name_that_is_taken_is_refused_before_the_work()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "taken"));
        var reports = new Reports();
        var error = Assert.Throws<UserException>(() => ImageTrainer.Train(_data.Config, Named("taken"), reports, Token));
        Assert.Equal("a run of this name already exists", error.Problem);
        Assert.Empty(reports.All);
    }

    private static (int, double, double) Losses(EpochResult epoch) => (epoch.Epoch, epoch.TrainLoss, epoch.ValidLoss);

    private RunOptions Named(string name) => new() { Folder = _folder.Path, Name = name };

    private sealed class Reports : IProgress<TrainProgress>
    {
        public List<TrainProgress> All { get; } = [];

        public Action<TrainProgress>? OnReport { get; init; }

        public void Report(TrainProgress value)
        {
            All.Add(value);
            OnReport?.Invoke(value);
        }
    }
}
