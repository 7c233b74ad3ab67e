using PetBreeds.Models;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Losses;
using PetBreeds.Training.Planning;
using TorchSharp;
using Xunit;

namespace PetBreeds.Tests.Training;

/// <summary>
/// The same again, to the last bit. First weights and dropout come from random numbers of the whole process: nothing else may draw
/// meanwhile.
/// </summary>
[Collection(nameof(TensorLeakTests))]
public sealed class RepeatTests(TinyData data) : IClassFixture<TinyData>
{
    [Fact]
    public void Same_seed_same_weights()
    {
        using var first = TinyData.Open(data.Config);
        TinyData.Fit(first);
        using var second = TinyData.Open(data.Config);
        TinyData.Fit(second);
        foreach (var (a, b) in first.Model.NamedTensors().Zip(second.Model.NamedTensors()))
            Assert.True(Tensors.Same(a.Tensor, b.Tensor), a.Name);
    }

    [Fact]
    public void Same_seed_same_weights_with_all_aids()
    {
        var config = data.Config with
        {
            Loss = LossKind.BinaryCrossEntropy,
            LabelSmoothing = .1,
            Mixup = .4,
            CutMix = 1,
            RandomErasing = .5,
            ClassWeights = ClassWeighting.Balanced,
            Sampling = SamplingMode.Balanced,
            Ema = .9,
        };
        using var first = TinyData.Open(config);
        TinyData.Fit(first);
        using var second = TinyData.Open(config);
        TinyData.Fit(second);
        foreach (var (a, b) in first.Model.NamedTensors().Zip(second.Model.NamedTensors()))
            Assert.True(Tensors.Same(a.Tensor, b.Tensor), a.Name);
    }

    [Fact]
    public void Finder_leaves_model_and_random_state_as_they_were()
    {
        using var session = TinyData.Open(data.Config with { FreezeEpochs = 0 });
        var before = Copy(session.Model);
        using var random = torch.get_rng_state();
        var curve = LearningRateFinder.Run(session, (_, _) => { }, CancellationToken.None);
        Assert.All(session.Model.NamedTensors(), item => Assert.True(Tensors.Same(item.Tensor, before[item.Name]), item.Name));
        Assert.All(session.Model.parameters(), parameter => Assert.Null(parameter.grad));
        using var after = torch.get_rng_state();
        Assert.True(Tensors.Same(random, after));
        Assert.InRange(curve.Rates.Count, 20, 100);
        Assert.Equal(1e-7, curve.Rates[0], 1e-15);
        Assert.Equal(curve.Rates.Order(), curve.Rates);
    }

    [Fact]
    public void Dropout_hangs_on_seed_and_step_alone()
    {
        using var quiet = TinyData.Open(data.Config);
        TinyData.Fit(quiet);
        using var noisy = TinyData.Open(data.Config);
        TinyData.Fit(noisy, new Recorder { OnStep = _ => torch.rand(7).Dispose() });
        foreach (var (a, b) in quiet.Model.NamedTensors().Zip(noisy.Model.NamedTensors()))
            Assert.True(Tensors.Same(a.Tensor, b.Tensor), a.Name);
    }

    [Fact]
    public void Reading_late_changes_no_number()
    {
        var (first, second) = (Run(1), Run(16));
        Assert.Equal(first.Steps.Select(step => step.Loss), second.Steps.Select(step => step.Loss));
        Assert.Equal(first.Epochs.Select(e => (e.TrainLoss, e.ValidLoss)), second.Epochs.Select(e => (e.TrainLoss, e.ValidLoss)));

        Recorder Run(int readEvery)
        {
            using var session = TinyData.Open(data.Config);
            return TinyData.Fit(session, new Recorder(), readEvery);
        }
    }

    private static Dictionary<string, torch.Tensor> Copy(ImageClassifier model) =>
        model.NamedTensors().ToDictionary(item => item.Name, item => item.Tensor.detach().clone());
}
