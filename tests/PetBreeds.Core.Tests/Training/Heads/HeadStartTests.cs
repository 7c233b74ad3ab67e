using PetBreeds.Batches.Augmentation;
using PetBreeds.Catalog;
using PetBreeds.Models;
using PetBreeds.Tests.Training.Checkpoints;
using PetBreeds.Training;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Heads;
using PetBreeds.Training.Steps;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Training.Heads;

/// <summary>Trainings that begin with a solved head. Alone, as <see cref="ResumeTests"/>.</summary>
[Collection(nameof(TensorLeakTests))]
public sealed class HeadStartTests(TinyData data) : IClassFixture<TinyData>
{
    private TrainOptions Config => data.Pretrained with { Epochs = 2, SaveEvery = 0 }; // of 4 steps each

    private string NewFolder() => data.At(Guid.NewGuid().ToString("N"));

    [Fact]
    public void The_curve_begins_with_the_solved_head()
    {
        using var run = new CheckpointRun(Config, NewFolder());
        var watch = new Recorder();
        run.Fit(watch);
        var (head, start) = Assert.Single(watch.Solved);
        Assert.Equal([start, .. watch.Epochs], run.Trainer.State.History);
        Assert.Equal((0, "solved", head.OutOfFoldLoss), (start.Epoch, start.Phase, start.TrainLoss));
        Assert.Equal([1, 2], watch.Epochs.Select(epoch => epoch.Epoch));
        Assert.Equal((32, 2), (head.Photos, head.Views));
        Assert.True(start.ValidLoss < Math.Log(2), $"{start.ValidLoss}"); // even random features tell the colours apart
    }

    [Fact]
    public void A_probe_is_a_model_without_a_step()
    {
        using var session = TinyData.Open(data.Pretrained with { Recipe = RecipeKind.Probe });
        var watch = TinyData.Fit(session);
        Assert.Empty(watch.Steps);
        using var scope = NewDisposeScope();
        var layer = session.Model.NamedTensors().Single(item => item.Name == "head.fc.weight").Tensor;
        Assert.Equal(watch.Solved.Single().Head.Weight, layer.data<float>().ToArray());
    }

    [Fact]
    public void Features_that_are_not_finite_are_told_before_anything_is_solved()
    {
        using var session = TinyData.Open(Config);
        using (no_grad())
            session.Model.NamedTensors().Single(item => item.Name == "body.conv1.weight").Tensor.fill_(float.NaN);
        var error = Assert.Throws<UserException>(() => session.Head!.Solve(_ => { }, CancellationToken.None));
        Assert.Equal("some of the body's features are not finite", error.Problem);
    }

    [Fact]
    public void Features_that_would_take_more_than_half_of_the_memory_are_kept_in_a_file_and_give_the_same_head()
    {
        using var session = TinyData.Open(Config);
        Assert.Equal(2 * 32 * 512 * 4, session.Head!.Bytes);
        Assert.False(session.Head.InFile);
        var stored = Start(session, memory: 1 << 19);
        Assert.True(stored.InFile);
        var (expected, head) = (session.Head.Solve(_ => { }, CancellationToken.None), stored.Solve(_ => { }, CancellationToken.None));
        Assert.Equal(expected.Weight, head.Weight); // one block each
        Assert.Equal(expected.Bias, head.Bias);
        Assert.Equal(expected with { Weight = head.Weight, Bias = head.Bias }, head);
        Assert.Empty(Directory.GetFiles(FeatureFile.Folder));
    }

    [Fact]
    public void Targets_that_do_not_fit_into_memory_are_refused_before_features_are_computed()
    {
        using var session = TinyData.Open(Config);
        var error = Assert.Throws<UserException>(() => Start(session, memory: 1 << 10).Solve(_ => { }, CancellationToken.None));
        Assert.StartsWith("the targets of 32 photos in 2 views take 3 × 512 bytes while the head is solved, and there are 1,024",
            error.Problem);
        Assert.Contains("`views 1`", error.Remedy);
    }

    private static HeadStart Start(TrainingSession session, long memory) =>
        new(session.Model, session.Learner, session.Training, session.Config, session.Options) { Memory = memory };

    [Fact]
    public void Features_are_what_the_body_makes_of_each_view_also_in_parts()
    {
        using var session = TinyData.Open(Config);
        using var whole = Pass(session, size: 8);
        using var parts = Pass(session, size: 3);
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        Assert.Equal(whole.Samples, session.Data.Samples(Split.Train));
        var values = whole.Values.Blocks().Single();
        Assert.True(values.allclose(parts.Values.Blocks().Single(), 1e-4, 1e-5));
        var photos = whole.Samples.Count;
        session.Model.eval();
        AugmentParams[] mirrored = [.. whole.Samples.Select(_ => AugmentParams.Identity with { Flip = true })];
        using var windows = session.Data.Collate(whole.Samples, mirrored);
        var expected = session.Model.Body.forward(session.Transform.Apply(windows.Pixels, mirrored)).mean([2, 3]);
        Assert.True(values.narrow(0, photos, photos).allclose(expected, 1e-2, 1e-3));
    }

    private static FeatureSet Pass(TrainingSession session, int size)
    {
        session.MicroBatches.Restore(size);
        return new FeaturePass(session.Model, session.Learner, session.Training, inFile: false).Run(
            2, (sample, view) => HeadViews.Draw(view, session.Options.Augment, session.Config.Seed, sample.Key), (_, _) =>
                { }, CancellationToken.None);
    }

    [Theory]
    [InlineData("features")]
    [InlineData("choosing the head")]
    [InlineData("solving the head")]
    public void A_run_interrupted_while_its_head_is_solved_ends_with_the_same_bits(string when)
    {
        using var whole = new CheckpointRun(Config, NewFolder());
        whole.Fit();
        var folder = NewFolder();
        using (var part = new CheckpointRun(Config, folder))
        {
            using var cancel = new CancellationTokenSource();
            var watch = new Recorder { OnSolving = progress => { if (progress.What.Contains(when)) cancel.Cancel(); } };
            Assert.Throws<OperationCanceledException>(() => part.Trainer.Fit(part.Session.Phases(), watch, cancel.Token));
        }
        using var rest = new CheckpointRun(Config, folder, goOn: true);
        Assert.Null(rest.Trainer.State.Start);
        rest.Fit();
        Assert.Equal(whole.Outcome().Tensors, rest.Outcome().Tensors);
    }

    [Theory]
    [InlineData(0)] // solved, and no step done
    [InlineData(3)]
    public void A_run_interrupted_after_that_ends_with_the_same_bits(int step)
    {
        using var whole = new CheckpointRun(Config, NewFolder());
        whole.Fit();
        var folder = NewFolder();
        using (var part = new CheckpointRun(Config, folder))
        {
            using var cancel = new CancellationTokenSource();
            var watch = new Recorder
            {
                OnPhase = _ => { if (step == 0) cancel.Cancel(); },
                OnStep = done =>
                { if (done.Step == step - 1) cancel.Cancel(); }
            };
            Assert.Throws<OperationCanceledException>(() => part.Trainer.Fit(part.Session.Phases(), watch, cancel.Token));
        }
        using var rest = new CheckpointRun(Config, folder, goOn: true);
        Assert.Equal(whole.Trainer.State.Start! with { Seconds = 0, ImagesPerSecond = 0 },
            rest.Trainer.State.Start! with { Seconds = 0, ImagesPerSecond = 0 });
        var watchRest = new Recorder();
        rest.Fit(watchRest);
        Assert.Empty(watchRest.Solved);
        Assert.Equal(whole.Outcome().Tensors, rest.Outcome().Tensors);
    }

    [Fact]
    public void The_weights_average_begins_with_the_solved_head()
    {
        using var run = new CheckpointRun(Config with { Epochs = 0, FreezeEpochs = 0, Ema = .9 }, NewFolder());
        run.Fit();
        using var plain = new CheckpointRun(Config with { Epochs = 0, FreezeEpochs = 0 }, NewFolder());
        plain.Fit();
        Assert.Equal(plain.Outcome().Tensors, run.Outcome().Tensors);
    }

    [Fact]
    public void Norms_that_are_kept_do_not_change_and_early_layers_neither()
    {
        using var scope = NewDisposeScope();
        using var run = new CheckpointRun(
            Config with { Epochs = 1, Norms = NormMode.Keep, Layers = TrainedLayers.Late, Lr = 1e-3 }, NewFolder());
        Dictionary<string, Tensor> Tensors() =>
            run.Session.Model.NamedTensors().ToDictionary(item => item.Name, item => item.Tensor.detach().clone());
        var before = Tensors();
        run.Fit();
        string[] changed = [.. Tensors().Where(item => !item.Value.allclose(before[item.Key], 0, 0)).Select(item => item.Key)];
        Assert.DoesNotContain(changed, name => name.Contains("running") || name.Contains("num_batches"));
        Assert.DoesNotContain(changed, name =>
            name.StartsWith("body.conv1") || name.StartsWith("body.layer1") || name.StartsWith("body.layer2"));
        Assert.Contains("body.layer4.1.conv2.weight", changed);
        Assert.Contains("body.layer4.1.bn2.bias", changed);
        Assert.Contains("head.fc.weight", changed);
    }

    [Theory]
    [InlineData(.2, .5, .1, .4, false)]
    [InlineData(.1, .5, .2, .4, true)]
    [InlineData(.1, .4, .1, .5, true)] // as many right, and less sure of it
    [InlineData(.1, .4, .1, .4, false)]
    public void The_end_is_worse_by_error_then_by_loss(double startError, double startLoss, double error, double loss, bool worse)
    {
        var state = new TrainState
        {
            Start = new EpochResult(0, true, 0, startLoss, startError, 1, 1),
            Epochs = [new EpochResult(1, false, 0, loss, error, 1, 1)]
        };
        Assert.Equal(worse, state.EndsWorse);
    }
}
