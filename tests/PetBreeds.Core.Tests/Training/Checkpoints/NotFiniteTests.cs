using PetBreeds.Models;
using PetBreeds.Models.Weights;
using PetBreeds.Runtime;
using PetBreeds.Training;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Planning;
using TorchSharp;
using Xunit;

namespace PetBreeds.Tests.Training.Checkpoints;

public sealed class NotFiniteTests(TinyData data) : IClassFixture<TinyData>
{
    private TrainOptions Config => data.Config with { FreezeEpochs = 0, Epochs = 3, SaveEvery = 0 }; // 3 epochs of 4 steps

    private string NewFolder() => data.At(Guid.NewGuid().ToString("N"));

    [Fact]
    public void Stopping_names_step_rate_and_layer_and_leaves_the_last_checkpoint()
    {
        var folder = NewFolder();
        using (var run = new CheckpointRun(Config, folder))
        {
            var watch = new Recorder { OnStep = step => { if (step.Step == 5) Poison(run, "body.layer3.0.conv2.weight"); } };
            var error = Assert.Throws<UserException>(() => run.Fit(watch));
            Assert.Contains("the loss is not finite at step 6 (learning rate ", error.Message);
            Assert.Contains("body.layer3.0.conv2.weight is not finite", error.Message);
            Assert.Contains("`on-nan recover`", error.Remedy);
        }
        using var whole = new CheckpointRun(Config, folder, goOn: true);
        Assert.Equal(4, whole.Trainer.State.Steps.Count); // the end of the first epoch
        Assert.All(whole.Session.Model.NamedTensors(), item => Assert.True(Tensors.IsFinite(item.Tensor), item.Name));
    }

    /// <summary>Training uses the statistics of the batch, validation the running ones: only there they show.</summary>
    [Fact]
    public void A_validation_loss_that_is_not_finite_ends_the_training()
    {
        using var run = new CheckpointRun(Config, NewFolder());
        var watch = new Recorder { OnStep = step => { if (step.Step == 7) Poison(run, "body.layer2.0.bn1.running_var"); } };
        var error = Assert.Throws<UserException>(() => run.Fit(watch));
        Assert.Contains("the validation loss is not finite after step 7 (learning rate ", error.Message);
        Assert.Contains("body.layer2.0.bn1.running_var is not finite", error.Message);
        Assert.Single(watch.Epochs); // the second is not reported
        Assert.False(run.Trainer.Save());
    }

    /// <summary>What is divided by an infinite variance is 0: the losses stay numbers.</summary>
    [Fact]
    public void A_network_that_is_not_finite_ends_the_training_though_its_losses_are()
    {
        using var run = new CheckpointRun(Config, NewFolder());
        var watch = new Recorder
        {
            OnStep = step =>
            { if (step.Step == 7) Poison(run, "body.layer2.0.bn1.running_var", float.PositiveInfinity); }
        };
        var error = Assert.Throws<UserException>(() => run.Fit(watch));
        Assert.Contains("the network is not finite after step 7 (learning rate ", error.Message);
        Assert.Contains("body.layer2.0.bn1.running_var is not finite", error.Message);
        Assert.Single(watch.Epochs);
    }

    [Fact]
    public void The_finder_refuses_a_network_that_is_not_finite()
    {
        using var session = TinyData.Open(data.Config);
        using (torch.no_grad())
            session.Model.NamedTensors().Single(item => item.Name == "body.bn1.weight").Tensor.fill_(float.NaN);
        var error = Assert.Throws<UserException>(() => LearningRateFinder.Run(session, (_, _) => { }, CancellationToken.None));
        Assert.Equal("the loss is already not finite at the lowest rate (1e-07): body.bn1.weight is not finite", error.Problem);
    }

    [Theory]
    [InlineData("layer1.0.bn2.running_var", float.NaN, "not finite")]
    [InlineData("layer4.1.conv1.weight", float.NegativeInfinity, "not finite")]
    [InlineData("layer3.0.bn1.running_var", -1f, "negative")]
    public void Starting_weights_that_are_not_numbers_are_refused(string name, float value, string what)
    {
        using var body = new ImageClassifier(Architecture.Named("resnet18"), 2).Body;
        using (torch.no_grad())
            body.NamedTensors().Single(item => item.Name == name).Tensor.fill_(value);
        var file = data.At($"{name}.safetensors");
        SafeTensors.Write(file, body.NamedTensors(), new Dictionary<string, string>());
        var error = Assert.Throws<UserException>(() => TinyData.Open(data.Config with { Weights = InitialWeights.File(file) }));
        Assert.Equal($"the weights are invalid: {name} is {what}", error.Problem);
    }

    [Fact]
    public void Recovering_goes_back_once_and_on_at_a_tenth_of_the_rate()
    {
        using var run = new CheckpointRun(Config with { OnNan = NonFiniteAction.Recover }, NewFolder());
        var poisoned = 0;
        var watch = new Recorder { OnStep = step => { if (step.Step == 5 && poisoned++ == 0) Poison(run, "body.conv1.weight"); } };
        run.Fit(watch);
        Assert.Contains("step 6", Assert.Single(watch.Problems));
        Assert.Equal(12, run.Trainer.State.Steps.Count);
        Assert.Equal(3, run.Trainer.State.Epochs.Count);
        Assert.Equal([0, 1, 2, 3, 4, 5, 4, 5, 6, 7, 8, 9, 10, 11], watch.Steps.Select(step => step.Step));
        Assert.Equal(watch.Steps[4].LearningRate / 10, watch.Steps[6].LearningRate, 1e-12);
        Assert.All(run.Trainer.State.Steps, step => Assert.True(double.IsFinite(step.Loss)));
    }

    [Fact]
    public void It_recovers_only_once()
    {
        using var run = new CheckpointRun(Config with { OnNan = NonFiniteAction.Recover }, NewFolder());
        var watch = new Recorder { OnStep = step => { if (step.Step == 5) Poison(run, "body.conv1.weight"); } };
        var error = Assert.Throws<UserException>(() => run.Fit(watch));
        Assert.Contains("not finite at step 6", error.Message);
        Assert.DoesNotContain("on-nan", error.Remedy);
        Assert.Single(watch.Problems);
    }

    /// <summary>As on a GPU, where losses are read once in a while: the interrupt is the first to read them.</summary>
    [Fact]
    public void An_interrupt_that_finds_a_loss_not_finite_leaves_the_last_checkpoint()
    {
        using var run = new CheckpointRun(Config, NewFolder());
        var session = run.Session;
        using var optimizer = session.NewOptimizer();
        using var trainer = new Trainer(session.Learner, session.Model, optimizer, session.Training, session.Validation,
            session.Options with { ReadEvery = 100 }, run.Checkpoints);
        using var cancel = new CancellationTokenSource();
        var parts = 0;
        session.MicroBatches.BeforeForward = _ =>
        {
            parts += session.Model.training ? 1 : 0;
            if (parts == 6)
                Poison(run, "body.conv1.weight");
            if (parts == 7)
                cancel.Cancel();
        };
        Assert.Throws<OperationCanceledException>(() => trainer.Fit(session.Phases(), new Recorder(), cancel.Token));
        Assert.False(trainer.Save()); // nor does the second word, of the thread that waits
        Assert.Equal(4, run.Folder.Newest(_ => Assert.Fail())!.Step); // the end of the first epoch
    }

    [Theory]
    [InlineData(HeadKind.Linear, "body.bn1.weight", 1e38f, "the first layer whose output is not finite is body.")]
    [InlineData(HeadKind.Linear, "head.fc.bias", float.NaN, "head.fc.bias is not finite")]
    [InlineData(HeadKind.Linear, "head.fc.weight", 3e38f, "the first layer whose output is not finite is head.")]
    [InlineData(HeadKind.Fastai, "head.4.weight", float.PositiveInfinity, "head.4.weight is not finite")]
    [InlineData(HeadKind.Fastai, "head.6.weight", 3e38f, "the first layer whose output is not finite is head.")]
    public void The_first_layer_that_is_not_finite_is_found(HeadKind kind, string name, float value, string expected)
    {
        using var model = new ImageClassifier(Architecture.Named("resnet18"), 3, kind);
        using (torch.no_grad())
            model.NamedTensors().Single(item => item.Name == name).Tensor.fill_(value);
        using var input = torch.randn(4, 3, 32, 32).mul_(1e3);
        model.train();
        Assert.StartsWith(expected, FiniteCheck.FirstBadLayer(model, new Compute(torch.CPU, Precision.Float32, false), input));
    }

    [Fact]
    public void Where_all_is_finite_it_says_nothing()
    {
        using var model = new ImageClassifier(Architecture.Named("resnet18"), 3);
        using var input = torch.randn(2, 3, 32, 32);
        Assert.Null(FiniteCheck.FirstBadLayer(model, new Compute(torch.CPU, Precision.Float32, true), input));
    }

    private static void Poison(CheckpointRun run, string name, float value = float.NaN)
    {
        using var noGradients = torch.no_grad();
        run.Session.Model.NamedTensors().Single(item => item.Name == name).Tensor.fill_(value);
    }
}
