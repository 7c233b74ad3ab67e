using System.Text.Json;
using PetBreeds.Runtime;
using PetBreeds.Training.Heads;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Training.Heads;

/// <summary>The oracles: scikit-learn's <c>LogisticRegression</c> (scripts/checks/logistic_golden.py) and libtorch's gradient.</summary>
public sealed class LogisticRegressionTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<string> Cases =>
        [.. Tests.Golden.Json("logistic.json").EnumerateArray().Select(each => each.GetProperty("name").GetString()!)];

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_and_probabilities_are_scikit_learns(string name)
    {
        var problem = Problem.Named(name);
        var fit = problem.Solve();
        Assert.True(fit.Converged);
        Assert.Equal(1, fit.Loss / problem.Loss, 1e-4);
        using var likely = problem.Likely(fit);
        Assert.True(likely.sub(problem.Probabilities).abs().max().item<float>() < 1e-3);
        Assert.True(Tensors.Same(Tops(likely), Tops(problem.Probabilities)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_solution_is_stationary(string name)
    {
        var problem = Problem.Named(name);
        var fit = problem.Solve();
        using var scope = NewDisposeScope();
        var gradient = problem.Gradient(fit, out double loss);
        Assert.True(gradient.abs().max().item<double>() < 2e-5); // the biases' own λ is not in it
        Assert.Equal(fit.Loss, loss, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Double_features_give_the_same_solution(string name)
    {
        var problem = Problem.Named(name);
        using var wide = problem.Features.to(ScalarType.Float64);
        var (fit, precise) = (problem.Solve(), (problem with { Features = wide }).Solve());
        Assert.Equal(precise.Loss, fit.Loss, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_warm_start_ends_where_a_cold_one_does(string name)
    {
        var problem = Problem.Named(name);
        var cold = problem.Solve();
        var near = (problem with { Strength = problem.Strength * 1.5 }).Solve();
        var warm = problem.Solve(near);
        Assert.True(warm.Converged);
        using var difference = problem.Likely(warm).sub(problem.Likely(cold)).abs().max();
        Assert.True(difference.item<float>() < 1e-3);
        Assert.Equal(1, problem.Solve(cold).Iterations); // is already there
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Twice_the_same_gives_the_same_bits(string name)
    {
        var problem = Problem.Named(name);
        var (first, second) = (problem.Solve(), problem.Solve());
        Assert.Equal(first.Weight, second.Weight);
        Assert.Equal(first.Bias, second.Bias);
        Assert.Equal((first.Loss, first.Iterations), (second.Loss, second.Iterations));
    }

    /// <summary>bool [N, K]: the most probable class, and those that another path of rounding might put first.</summary>
    private static Tensor Tops(Tensor likely) => likely.ge(likely.amax([1], keepdim: true).Mul(.999));

    /// <summary>A case of the golden file. Features [N, F], Targets [N, K], Weights [N] or none, Probabilities [N, K]: float32.</summary>
    private sealed record Problem(
        Tensor Features, Tensor Targets, Tensor? Weights, bool Independent, double Strength, double Loss, Tensor Probabilities)
    {
        public static Problem Named(string name)
        {
            var json = Tests.Golden.Json("logistic.json").EnumerateArray().Single(each => each.GetProperty("name").GetString() == name);
            var weights = json.GetProperty("weights");
            return new(Tensors.Of(json.GetProperty("features")), Tensors.Of(json.GetProperty("targets")),
                weights.ValueKind == JsonValueKind.Null ? null : Tensors.Of(weights), json.GetProperty("independent").GetBoolean(),
                json.GetProperty("strength").GetDouble(), json.GetProperty("loss").GetDouble(),
                Tensors.Of(json.GetProperty("probabilities")));
        }

        public LinearFit Solve(LinearFit? start = null) => LogisticRegression.Solve(new TensorFeatures(Features), Targets, Weights, Independent, Strength, start, cancel: TestContext.Current.CancellationToken);

        public Tensor Likely(LinearFit fit)
        {
            using var scope = NewDisposeScope();
            var logits = nn.functional.linear(Features, tensor(fit.Weight).view(Targets.shape[1], -1), tensor(fit.Bias));
            return (Independent ? logits.sigmoid() : logits.softmax(1)).MoveToOuterDisposeScope();
        }

        /// <summary>float64 [K·F + K], by libtorch's own losses and automatic differentiation.</summary>
        public Tensor Gradient(LinearFit fit, out double loss)
        {
            var (x, t) = (Features.to(ScalarType.Float64), Targets.to(ScalarType.Float64));
            var w = Weights?.to(ScalarType.Float64) ?? ones(x.shape[0], ScalarType.Float64);
            var weight = tensor(fit.Weight).to(ScalarType.Float64).view(t.shape[1], -1).requires_grad_();
            var bias = tensor(fit.Bias).to(ScalarType.Float64).requires_grad_();
            var logits = nn.functional.linear(x, weight, bias);
            var each = Independent
                ? nn.functional.binary_cross_entropy_with_logits(logits, t, reduction: nn.Reduction.None).sum([1])
                : nn.functional.cross_entropy(logits, t, reduction: nn.Reduction.None);
            var mean = each.mul(w).sum().div(w.sum());
            loss = mean.item<double>();
            mean.Add(weight.square().sum().Mul(Strength / 2)).backward();
            return cat([weight.grad!.view(-1), bias.grad!]);
        }
    }
}
