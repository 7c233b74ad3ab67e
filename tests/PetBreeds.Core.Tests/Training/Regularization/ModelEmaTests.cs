using PetBreeds.Models;
using PetBreeds.Runtime;
using PetBreeds.Training.Regularization;
using PetBreeds.Training.Steps;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Training.Regularization;

public sealed class ModelEmaTests(TinyData data) : IClassFixture<TinyData>, IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>
    /// timm/utils/model_ema.py, ModelEmaV3 with use_warmup, warmup_gamma 1, warmup_power 2/3: decay(t) = 1 − (1 + t)^(−2/3) up to the
    /// decay.
    /// </summary>
    [Fact]
    public void Average_equals_timms()
    {
        using var net = new TinyNet();
        using var average = new ModelEma(net, .6);
        var weight = net.named_parameters().First(item => item.name == "linear.weight").parameter;
        var expected = weight.detach().clone();
        for (var t = 0; t < 8; t++)
        {
            Change(net, t);
            average.Update();
            var decay = Math.Min(.6, 1 - Math.Pow(1 + t, -2.0 / 3));
            expected = expected * decay + weight.detach() * (1 - decay);
            Assert.True(allclose(expected, average.State()["linear.weight"], 1e-6, 1e-6));
        }
        Assert.Equal(7L, average.State()["norm.num_batches_tracked"].item<long>());
        Assert.Equal(8L, average.State()["updates"].item<long>());
    }

    [Fact]
    public void It_is_in_place_for_a_while_or_for_good()
    {
        using var net = new TinyNet();
        using var average = new ModelEma(net, .9);
        for (var t = 0; t < 3; t++)
        {
            Change(net, t);
            average.Update();
        }
        Change(net, 3);
        var (live, mean) = (Copy(net.NamedTensors()), average.State().ToDictionary(item => item.Key, item => item.Value.clone()));
        using (average.Apply())
            Assert.All(net.NamedTensors(), item => Assert.True(Tensors.Same(mean[item.Name], item.Tensor), item.Name));
        Assert.All(net.NamedTensors(), item => Assert.True(Tensors.Same(live[item.Name], item.Tensor), item.Name));
        average.CopyToModel();
        Assert.All(net.NamedTensors(), item => Assert.True(Tensors.Same(mean[item.Name], item.Tensor), item.Name));
    }

    [Fact]
    public void State_comes_back_and_goes_on_the_same()
    {
        using var net = new TinyNet();
        using var first = new ModelEma(net, .9);
        Change(net, 1);
        first.Update();
        using var second = new ModelEma(net, .9);
        second.Restore(first.State().ToDictionary(item => item.Key, item => item.Value.clone()));
        Change(net, 2);
        first.Update();
        second.Update();
        Assert.All(first.State(), item => Assert.True(Tensors.Same(item.Value, second.State()[item.Key]), item.Key));
        var damaged = first.State().ToDictionary(item => item.Key, item => item.Value.clone());
        damaged["linear.weight"] = zeros(1);
        Assert.Contains("linear.weight", Assert.Throws<UserException>(() => second.Restore(damaged)).Message);
        Assert.All(first.State(), item => Assert.True(Tensors.Same(item.Value, second.State()[item.Key]), item.Key));
    }

    [Fact]
    public void An_update_reads_nothing_on_the_host()
    {
        using var net = new TinyNet();
        using var average = new ModelEma(net, .9);
        var before = HostRead.Count;
        average.Update();
        Assert.Equal(before, HostRead.Count);
    }

    [Fact]
    public void A_run_measures_and_keeps_the_average()
    {
        using var session = TinyData.Open(data.Config with { FreezeEpochs = 0, Epochs = 3, Lr = 3e-3, Ema = .9 });
        using var optimizer = session.NewOptimizer();
        using var trainer = session.Trainer(optimizer);
        var last = trainer.Fit(session.Phases(), new Recorder(), CancellationToken.None);
        var state = trainer.Ema!.State();
        Assert.All(session.Model.NamedTensors(), item => Assert.True(Tensors.Same(state[item.Name], item.Tensor), item.Name));
        var again = Validation.Run(session.Learner, session.Validation, () => { }, CancellationToken.None);
        Assert.Equal(last.ValidLoss, again.Loss);
        using var plain = TinyData.Open(data.Config with { FreezeEpochs = 0, Epochs = 3, Lr = 3e-3 });
        Assert.NotEqual(last.ValidLoss, TinyData.Fit(plain).Epochs[^1].ValidLoss);
    }

    private static void Change(TinyNet net, int seed)
    {
        using var noGradients = no_grad();
        using var random = new Generator((ulong)seed);
        foreach (var (_, tensor) in net.NamedTensors())
        {
            if (tensor.is_floating_point())
                tensor.copy_(randn(tensor.shape, generator: random));
            else
                tensor.fill_(seed);
        }
    }

    private static Dictionary<string, Tensor> Copy(IEnumerable<(string Name, Tensor Tensor)> tensors) =>
        tensors.ToDictionary(item => item.Name, item => item.Tensor.detach().clone());
}
