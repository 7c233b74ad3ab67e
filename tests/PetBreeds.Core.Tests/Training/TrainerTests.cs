using PetBreeds.Models;
using PetBreeds.Training;
using TorchSharp;
using Xunit;
using Adam = PetBreeds.Training.Adam;

namespace PetBreeds.Tests.Training;

public sealed class TrainerTests(TinyData data) : IClassFixture<TinyData>
{
    [Fact]
    public void Learns_two_colours()
    {
        using var session = TinyData.Open(data.Config with { FreezeEpochs = 0, Epochs = 8, Lr = "3e-3" });
        var watch = Fit(session);
        Assert.Equal(0, watch.Epochs[^1].Error);
        Assert.True(watch.Epochs[^1].TrainLoss < watch.Epochs[0].TrainLoss);
    }

    [Fact]
    public void Reports_every_step_and_epoch_in_order()
    {
        using var session = TinyData.Open(data.Config with { Epochs = 2 });
        var watch = Fit(session);
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
        Fit(session);
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
        Fit(session);
        Assert.All(session.Model.NamedTensors(), item => Assert.False(Tensors.Same(item.Tensor, before[item.Name]), item.Name));
    }

    [Fact]
    public void Same_seed_same_weights()
    {
        using var first = TinyData.Open(data.Config);
        Fit(first);
        using var second = TinyData.Open(data.Config);
        Fit(second);
        foreach (var (a, b) in first.Model.NamedTensors().Zip(second.Model.NamedTensors()))
            Assert.True(Tensors.Same(a.Tensor, b.Tensor), a.Name);
    }

    [Fact]
    public void Finder_leaves_model_and_random_state_as_they_were()
    {
        using var session = TinyData.Open(data.Config with { FreezeEpochs = 0 });
        var before = Copy(session.Model);
        using var random = torch.get_rng_state();
        var curve = LearningRateFinder.Run(
            session.Model, session.Trainer, session.Training, session.Options.Augment, (_, _) => { }, CancellationToken.None);
        Assert.All(session.Model.NamedTensors(), item => Assert.True(Tensors.Same(item.Tensor, before[item.Name]), item.Name));
        Assert.All(session.Model.parameters(), parameter => Assert.Null(parameter.grad));
        using var after = torch.get_rng_state();
        Assert.True(Tensors.Same(random, after));
        Assert.InRange(curve.Rates.Count, 20, 100);
        Assert.Equal(1e-7, curve.Rates[0], 1e-15);
        Assert.Equal(curve.Rates.Order(), curve.Rates);
    }

    [Fact]
    public void A_loss_that_is_not_finite_is_an_error_that_says_so()
    {
        using var session = TinyData.Open(data.Config with { FreezeEpochs = 0, Epochs = 1 });
        using (torch.no_grad())
            session.Model.parameters().First().fill_(float.NaN);
        var error = Assert.Throws<UserException>(() => Fit(session));
        Assert.Contains("not finite", error.Message);
        Assert.Contains("--lr", error.Remedy);
    }

    [Fact]
    public void Cancelling_stops_between_batches()
    {
        using var session = TinyData.Open(data.Config);
        using var cancel = new CancellationTokenSource();
        var watch = new Recorder { OnStep = step => { if (step.Step == 1) cancel.Cancel(); } };
        using var optimizer = new Adam(session.Model.ParameterGroups);
        Assert.Throws<OperationCanceledException>(() => session.Trainer(optimizer).Fit(session.Phases(), watch, cancel.Token));
        Assert.Equal(2, watch.Steps.Count);
    }

    private static Recorder Fit(TrainingSession session)
    {
        var watch = new Recorder();
        using var optimizer = new Adam(session.Model.ParameterGroups);
        session.Trainer(optimizer).Fit(session.Phases(), watch, CancellationToken.None);
        return watch;
    }

    private static Dictionary<string, torch.Tensor> Copy(ImageClassifier model) =>
        model.NamedTensors().ToDictionary(item => item.Name, item => item.Tensor.detach().clone());

    private static bool IsNorm(string name) => name.Contains(".bn") || name.Contains("downsample.1");
}
