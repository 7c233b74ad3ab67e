using PetBreeds.Runtime;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;
using AdamW = PetBreeds.Training.Optimizers.AdamW;
using Parameter = TorchSharp.Modules.Parameter;

namespace PetBreeds.Tests.Training.Optimizers;

public sealed class AdamWTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Generator _random = new(3);

    public void Dispose()
    {
        _scope.Dispose();
        _random.Dispose();
    }

    [Fact]
    public void Fused_update_equals_the_loop_over_groups_with_rates_of_their_own_and_gaps()
    {
        var (a, b) = (Parameters(), Parameters());
        using var fused = new AdamW(Groups(a), .01, fused: true);
        using var loop = new AdamW(Groups(b), .01, fused: false);
        for (var step = 0; step < 6; step++)
        {
            Gradients(a, b, without: step is 2 or 3 ? 1 : -1); // a parameter without a gradient is not counted on
            fused.Step([1e-2, 3e-2], .9 - step * .01);
            loop.Step([1e-2, 3e-2], .9 - step * .01);
        }
        foreach (var (x, y) in a.Zip(b))
            Assert.True(allclose(x, y, 1e-6, 1e-6));
        Assert.Equal(4f, fused.State()["1.step"].item<float>());
        Assert.Equal(6f, fused.State()["0.step"].item<float>());
    }

    [Theory]
    [InlineData(true, float.NaN)]
    [InlineData(false, float.PositiveInfinity)]
    public void A_gradient_that_is_not_finite_skips_the_update_of_all(bool fused, float bad)
    {
        var parameters = Parameters();
        using var adam = new AdamW(Groups(parameters), .01, fused);
        Gradients(parameters);
        adam.Step([1e-2, 1e-2], .9);
        var before = Bytes(parameters, adam);
        Gradients(parameters);
        parameters[2].grad![0] = bad;
        var skip = zeros([]);
        adam.Step([1e-2, 1e-2], .9, skip, tensor(.5f));
        Assert.Equal(1f, skip.item<float>());
        Assert.Equal(before, Bytes(parameters, adam));
        Gradients(parameters);
        adam.Step([1e-2, 1e-2], .9, skip.zero_(), tensor(.5f));
        Assert.Equal(0f, skip.item<float>());
        Assert.NotEqual(before, Bytes(parameters, adam));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gradients_are_unscaled(bool fused)
    {
        var (a, b) = (Parameters(), Parameters());
        using var plain = new AdamW(Groups(a), .01, fused);
        using var scaled = new AdamW(Groups(b), .01, fused);
        Gradients(a, b);
        foreach (var parameter in b)
            parameter.grad!.mul_(1024);
        plain.Step([1e-2, 1e-2], .9);
        scaled.Step([1e-2, 1e-2], .9, zeros([]), tensor(1f / 1024));
        foreach (var (x, y) in a.Zip(b))
            Assert.True(Tensors.Same(x, y));
    }

    [Fact]
    public void State_comes_back_to_the_last_bit_and_training_goes_on_the_same()
    {
        var (a, b) = (Parameters(), Parameters());
        using var first = new AdamW(Groups(a), .01);
        using var second = new AdamW(Groups(b), .01);
        for (var step = 0; step < 3; step++)
        {
            Gradients(a, without: 1);
            first.Step([1e-2, 3e-2], .9);
        }
        second.Restore(first.State().ToDictionary(item => item.Key, item => item.Value.clone()));
        Assert.Equal(first.State().Keys.Order(), second.State().Keys.Order());
        Assert.DoesNotContain("1.exp_avg", second.State().Keys);
        foreach (var (name, value) in first.State())
            Assert.True(Tensors.Same(value, second.State()[name]), name);
        foreach (var (x, y) in a.Zip(b))
            y.detach().copy_(x);
        Gradients(a, b);
        first.Step([1e-2, 3e-2], .9);
        second.Step([1e-2, 3e-2], .9);
        Assert.Equal(Bytes(a, first), Bytes(b, second));
    }

    [Fact]
    public void State_that_does_not_fit_is_refused_and_changes_nothing()
    {
        var parameters = Parameters();
        using var adam = new AdamW(Groups(parameters), .01);
        Gradients(parameters);
        adam.Step([1e-2, 1e-2], .9);
        var state = adam.State().ToDictionary(item => item.Key, item => item.Value.clone());
        var before = Bytes(parameters, adam);
        Refused("'0.exp_avg_sq' is missing", state => state.Remove("0.exp_avg_sq"));
        Refused("'0.exp_avg' is Float32 [1], not Float32 [4, 3]", state => state["0.exp_avg"] = zeros(1));
        Refused("'other.exp_avg' does not belong to any parameter", state => state["other.exp_avg"] = zeros(1));

        void Refused(string problem, Action<Dictionary<string, Tensor>> damage)
        {
            var damaged = new Dictionary<string, Tensor>(state);
            damage(damaged);
            Assert.Contains(problem, Assert.Throws<UserException>(() => adam.Restore(damaged)).Message);
            Assert.Equal(before, Bytes(parameters, adam));
        }
    }

    [Fact]
    public void A_step_reads_nothing_on_the_host()
    {
        var parameters = Parameters();
        using var adam = new AdamW(Groups(parameters), .01);
        Gradients(parameters);
        var before = HostRead.Count;
        adam.Step([1e-2, 1e-2], .9, zeros([]), ones([]));
        Assert.Equal(before, HostRead.Count);
    }

    private static (string, Parameter)[][] Groups(Parameter[] all) => [[("0", all[0]), ("1", all[1])], [("2", all[2]), ("3", all[3])]];

    /// <summary>The same each time.</summary>
    private static Parameter[] Parameters() =>
        [.. new long[][] { [4, 3], [5], [7], [2, 3, 2, 2] }.Select(
            shape => new Parameter(linspace(-1, 1, shape.Aggregate((x, y) => x * y)).reshape(shape)))];

    private void Gradients(Parameter[] parameters, Parameter[]? same = null, int without = -1)
    {
        for (var i = 0; i < parameters.Length; i++)
        {
            var gradient = randn(parameters[i].shape, generator: _random);
            parameters[i].grad = i == without ? null : gradient;
            same?[i].grad = i == without ? null : gradient.clone();
        }
    }

    private static byte[] Bytes(Parameter[] parameters, AdamW adam) =>
        [.. parameters.Concat(adam.State().OrderBy(item => item.Key).Select(item => item.Value))
            .SelectMany(tensor => tensor.detach().reshape(-1).bytes.ToArray())];
}
