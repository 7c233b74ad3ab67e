using PetBreeds.Models;
using PetBreeds.Runtime;
using PetBreeds.Training.Steps;
using TorchSharp;
using Xunit;

namespace PetBreeds.Tests.Training;

public sealed class TrainerTests(TinyData data) : IClassFixture<TinyData>
{
    [Fact]
    public void Reports_every_step_and_epoch_in_order()
    {
        using var session = TinyData.Open(data.Config with { Epochs = 2 });
        var watch = TinyData.Fit(session);
        Assert.Equal(32, session.Training.Count);
        Assert.Equal(Enumerable.Range(0, 12), watch.Steps.Select(step => step.Step)); // 3 epochs of 4 batches
        Assert.Equal([true, false], watch.Phases.Select(phase => phase.Frozen));
        Assert.Equal([(1, true), (2, false), (3, false)], watch.Epochs.Select(epoch => (epoch.Epoch, epoch.Frozen)));
        Assert.Equal(2e-3 / 25, watch.Steps[0].LearningRate, 1e-12);
        Assert.Equal(1e-3 / 5, watch.Steps[4].LearningRate, 1e-12);
    }

    [Fact]
    public void Frozen_body_changes_in_its_batch_norms_alone()
    {
        using var session = TinyData.Open(data.Config with { Epochs = 0 });
        var before = Copy(session.Model);
        TinyData.Fit(session);
        foreach (var (name, tensor) in session.Model.NamedTensors().Where(item => item.Name.StartsWith("body.")))
        {
            var same = Tensors.Same(tensor, before[name]);
            Assert.True(same != IsNorm(name), $"{name} {(same ? "stayed" : "changed")}");
        }
    }

    [Fact]
    public void Unfrozen_all_layers_change()
    {
        using var session = TinyData.Open(data.Config with { FreezeEpochs = 0 });
        var before = Copy(session.Model);
        TinyData.Fit(session);
        Assert.All(session.Model.NamedTensors(), item => Assert.False(Tensors.Same(item.Tensor, before[item.Name]), item.Name));
    }

    [Fact]
    public void A_loss_that_is_not_finite_is_an_error_that_says_so()
    {
        using var session = TinyData.Open(data.Config with { FreezeEpochs = 0, Epochs = 1 });
        using (torch.no_grad())
            session.Model.parameters().First().fill_(float.NaN);
        var error = Assert.Throws<UserException>(() => TinyData.Fit(session));
        Assert.Contains("not finite", error.Message);
        Assert.Contains("`lr`", error.Remedy);
    }

    [Fact]
    public void Cancelling_stops_between_batches()
    {
        using var session = TinyData.Open(data.Config);
        using var cancel = new CancellationTokenSource();
        var watch = new Recorder { OnStep = step => { if (step.Step == 1) cancel.Cancel(); } };
        using var optimizer = session.NewOptimizer();
        using var trainer = session.Trainer(optimizer);
        Assert.Throws<OperationCanceledException>(() => trainer.Fit(session.Phases(), watch, cancel.Token));
        Assert.Equal(2, watch.Steps.Count);
    }

    [Fact]
    public void The_weight_decay_reaches_the_optimizer()
    {
        using var scope = torch.NewDisposeScope();
        using var session = TinyData.Open(data.Config with { WeightDecay = .5 });
        using var optimizer = session.NewOptimizer();
        session.Model.Freeze(false);
        var weight = session.Model.parameters().First(parameter => parameter.dim() > 1);
        var before = weight.detach().clone();
        weight.mul(torch.zeros([])).sum().backward(); // no gradient but a decay
        optimizer.Step([.. Enumerable.Repeat(.1, optimizer.Groups)], .9);
        Assert.True(weight.allclose(before.mul(torch.tensor(.95f))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    public void A_late_reading_names_the_step_that_went_wrong(int readEvery)
    {
        using var session = TinyData.Open(data.Config with { FreezeEpochs = 0, Epochs = 3 });
        var step = 0;
        session.MicroBatches.BeforeForward = _ =>
        {
            using var noGradients = torch.no_grad();
            if (step++ == 6) // validation of the first epoch takes one part
                session.Model.parameters().First().fill_(float.NaN);
        };
        var error = Assert.Throws<UserException>(() => TinyData.Fit(session, new Recorder(), readEvery));
        Assert.Contains("not finite at step 5", error.Message);
    }

    [Fact]
    public void Outcomes_are_read_once_in_a_while_and_reported_in_order()
    {
        using var session = TinyData.Open(data.Config with { FreezeEpochs = 0, Epochs = 2 });
        var watch = new Recorder();
        var before = HostRead.Count;
        TinyData.Fit(session, watch, readEvery: 3);
        // 4 steps an epoch: after 3 and at the end; validation and whether the network is finite: once each
        Assert.Equal(2 * (2 + 2), HostRead.Count - before);
        Assert.Equal(Enumerable.Range(0, 8), watch.Steps.Select(step => step.Step));
        Assert.All(watch.Steps, step => Assert.True(double.IsFinite(step.Loss) && step.Loss > 0));
    }

    [Fact]
    public void Accumulated_batches_make_fewer_and_larger_steps()
    {
        using var session = TinyData.Open(data.Config with { BatchSize = 4, GradAccum = 4 });
        var parts = new List<int>();
        session.MicroBatches.BeforeForward = parts.Add;
        var watch = TinyData.Fit(session);
        Assert.Equal(4, watch.Steps.Count); // 32 photos, 16 a step, 2 epochs
        Assert.All(parts, photos => Assert.Equal(4, photos));
        Assert.Equal(2 * (8 + 2), parts.Count); // training, and validation of 8 photos
    }

    [Fact]
    public void The_validation_loss_knows_nothing_of_label_smoothing_and_class_weights()
    {
        using var session = TinyData.Open(data.Config);
        LoopOptions[] options = [new(), new() { LabelSmoothing = .5, ClassWeights = [1, 3] }];
        double[] losses = [.. options.Select(option =>
        {
            using var learner = new Learner(session.Model, session.Compute, session.Transform, session.MicroBatches, option);
            return Validation.Run(learner, session.Validation, () => { }, CancellationToken.None).Loss;
        })];
        Assert.Equal(losses[0], losses[1]);
    }

    private static Dictionary<string, torch.Tensor> Copy(ImageClassifier model) =>
        model.NamedTensors().ToDictionary(item => item.Name, item => item.Tensor.detach().clone());

    private static bool IsNorm(string name) => name.Contains(".bn") || name.Contains("downsample.1");
}
