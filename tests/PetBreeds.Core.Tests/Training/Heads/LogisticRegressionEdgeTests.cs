using PetBreeds.Runtime;
using PetBreeds.Training.Heads;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Training.Heads;

/// <summary>Inputs for which the textbook's logistic regression has no solution, or not one; and how a search ends early.</summary>
public sealed class LogisticRegressionEdgeTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Generator _random = new(3);

    public void Dispose()
    {
        _random.Dispose();
        _scope.Dispose();
    }

    /// <param name="photos">N.</param>
    /// <param name="features">F.</param>
    /// <param name="classes">K.</param>
    /// <param name="seen">Classes that have photos.</param>
    /// <param name="strength">λ.</param>
    [Theory]
    [InlineData(1, 5, 3, 1, .1)]
    [InlineData(1, 5, 1, 1, .1)]
    [InlineData(4, 5, 4, 4, 0)]
    [InlineData(4, 50, 4, 4, 1e-9)]
    [InlineData(30, 4, 6, 3, 1e-3)]
    [InlineData(30, 4, 2, 1, 1e-3)]
    [InlineData(40, 3, 2, 2, 0)]
    [InlineData(1000, 8, 1000, 1000, .1)]
    public void Every_input_has_a_finite_solution(int photos, int features, int classes, int seen, double strength)
    {
        var x = randn(photos, features, generator: _random);
        foreach (bool independent in new[] { false, true })
            Check(Solve(x, Hot(photos, classes, seen), independent, strength), classes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Features_that_say_nothing_leave_the_classes_shares(float constant)
    {
        var x = zeros(20, 6).Constant(constant);
        var hot = Hot(20, 4, 3); // 7, 7 and 6 photos, and none
        var fit = Solve(x, hot, false, 1e-2);
        Check(fit, 4);
        float[] likely = nn.functional.linear(x, tensor(fit.Weight).view(4, 6), tensor(fit.Bias)).softmax(1)[0].data<float>().ToArray();
        Assert.All(new[] { .35, .35, .3, 0 }.Zip(likely), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        Check(Solve(x, hot, true, 1e-2), 4);
    }

    [Fact]
    public void A_class_without_photos_is_improbable_everywhere()
    {
        var x = randn(50, 4, generator: _random);
        var fit = Solve(x, Hot(50, 4, 3), false, 1e-2);
        var logits = nn.functional.linear(x, tensor(fit.Weight).view(4, 4), tensor(fit.Bias));
        Assert.InRange(logits.softmax(1).mean([0])[3].item<float>(), 1e-7, 1e-4);
    }

    [Fact]
    public void Photos_that_weigh_nothing_are_not_there()
    {
        var (x, hot) = (randn(20, 4, generator: _random), Hot(20, 2, 2));
        var weights = cat([ones(10), zeros(10)]);
        var (all, half) = (Solve(x, hot, false, .1, weights), Solve(x[..10], hot[..10], false, .1));
        Assert.Equal(half.Loss, all.Loss, 1e-6);
    }

    [Fact]
    public void Too_few_iterations_end_with_the_best_point()
    {
        var (x, hot) = (randn(60, 10, generator: _random), Hot(60, 4, 4));
        var fit = LogisticRegression.Solve(new TensorFeatures(x), hot, null, false, 1e-3, maxIterations: 3, cancel: TestContext.Current.CancellationToken);
        Assert.False(fit.Converged);
        Assert.InRange(fit.Loss, Solve(x, hot, false, 1e-3).Loss, Math.Log(4));
    }

    [Fact]
    public void A_tolerance_out_of_reach_ends_too()
    {
        var (x, hot) = (randn(60, 10, generator: _random), Hot(60, 4, 4));
        var fit = LogisticRegression.Solve(new TensorFeatures(x), hot, null, false, 1e-3, tolerance: 1e-14, cancel: TestContext.Current.CancellationToken);
        Assert.False(fit.Converged);
        Assert.Equal(Solve(x, hot, false, 1e-3).Loss, fit.Loss, 1e-5);
    }

    [Fact]
    public void Cancelling_ends_at_the_next_evaluation()
    {
        using var cancel = new CancellationTokenSource();
        int evaluations = 0;
        var (x, hot) = (randn(60, 10, generator: _random), Hot(60, 4, 4));
        Assert.ThrowsAny<OperationCanceledException>(() => LogisticRegression.Solve(new TensorFeatures(x), hot, null, false, 1e-3,
            evaluated: () => { if (++evaluations == 5) cancel.Cancel(); }, cancel: cancel.Token));
        Assert.Equal(5, evaluations);
    }

    [Fact]
    public void What_cannot_be_fitted_is_named()
    {
        var (x, hot) = (randn(6, 3, generator: _random), Hot(6, 2, 2));
        foreach (float wrong in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            var bad = x.clone();
            bad[3, 1] = tensor(wrong);
            Refused("features", () => Solve(bad, hot, false, 1));
        }
        Refused("features", () => Solve(x[..0], hot[..0], false, 1));
        Refused("targets", () => Solve(x, hot[..3], false, 1));
        Refused("targets", () => Solve(x, hot.Mul(double.NaN), false, 1));
        Refused("sampleWeights", () => Solve(x, hot, false, 1, zeros(6)));
        Refused("sampleWeights", () => Solve(x, hot, false, 1, ones(5)));
        Refused("strength", () => Solve(x, hot, false, -1));
        foreach (var start in new LinearFit[] { new([1], [1], 0, 0, true), new(new float[6], [0, float.NaN], 0, 0, true) })
            Refused("start", () => LogisticRegression.Solve(new TensorFeatures(x), hot, null, false, 1, start, cancel: TestContext.Current.CancellationToken));
    }

    private static void Refused(string parameter, Action solve) =>
        Assert.Equal(parameter, Assert.ThrowsAny<ArgumentException>(solve).ParamName);

    private static void Check(LinearFit fit, int classes)
    {
        Assert.True(fit.Converged);
        Assert.True(double.IsFinite(fit.Loss));
        Assert.All(fit.Weight, value => Assert.InRange(value, -1e4f, 1e4f));
        Assert.All(fit.Bias, value => Assert.InRange(value, -30f, 30f));
        Assert.Equal(classes, fit.Bias.Length);
    }

    private static LinearFit Solve(Tensor features, Tensor targets, bool independent, double strength, Tensor? weights = null) =>
        LogisticRegression.Solve(new TensorFeatures(features), targets, weights, independent, strength, cancel: TestContext.Current.CancellationToken);

    private static Tensor Hot(int photos, int classes, int seen)
    {
        using var scope = NewDisposeScope();
        var labels = tensor(Enumerable.Range(0, photos).Select(i => (long)(i % seen)).ToArray());
        return nn.functional.one_hot(labels, classes).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }
}
