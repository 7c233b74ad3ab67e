using PetBreeds.Evaluation;
using PetBreeds.Models;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Evaluation;

public sealed class GradCamTests : IDisposable
{
    private const int Classes = 20;

    private readonly ImageClassifier _model;
    private readonly Tensor _input;

    public GradCamTests()
    {
        _model = new ImageClassifier(Architecture.Named("resnet18"), Classes);
        _model.eval();
        using var generator = new Generator(5);
        _input = rand([2, 3, 96, 96], generator: generator).sub_(.5);
    }

    public void Dispose()
    {
        _input.Dispose();
        _model.Dispose();
    }

    /// <summary>α_k is the mean slope over a map: raising the whole map by ε raises the class's output by ε · pixels · α_k.</summary>
    [Fact]
    public void Weights_are_slopes_of_the_class()
    {
        using var scope = NewDisposeScope();
        _model.to(ScalarType.Float64);
        using var features = GradCam.Features(_model, _input.to(ScalarType.Float64)); // [2,512,3,3]
        var weights = GradCam.Weights(_model, features, [1, 3]);
        using var noGradients = no_grad();
        const double Step = 1e-5;
        foreach (var map in new[] { 0, 7, 200, 511 })
        {
            var (more, less) = (features.clone(), features.clone());
            more.narrow(1, map, 1).add_(Step);
            less.narrow(1, map, 1).sub_(Step);
            var slope = _model.Classify(more).sub(_model.Classify(less)).div(2 * Step * 9);
            Assert.Equal(slope[0, 1].item<double>(), weights[0, map].item<double>(), 1e-7);
            Assert.Equal(slope[1, 3].item<double>(), weights[1, map].item<double>(), 1e-7);
        }
        Assert.True(weights.abs().max().item<double>() > 1e-3); // the comparison is not of zeros
        _model.to(ScalarType.Float32);
    }

    [Fact]
    public void Heat_is_the_weighted_sum_without_what_speaks_against()
    {
        using var scope = NewDisposeScope();
        var features = GradCam.Features(_model, _input);
        Tensor Maps(params int[] classes) => (GradCam.Weights(_model, features, classes) * features).sum(1).clamp_min(0).detach();
        // An untrained head may have nothing that speaks for a class: one of the twenty has.
        int[] classes = [.. Enumerable.Range(0, 2)
            .Select(photo => Enumerable.Range(0, Classes).First(c => Maps(c, c)[photo].max().item<float>() > 0))];
        var (heat, maps) = (GradCam.Heat(_model, _input, classes), Maps(classes));
        Assert.Equal([2, 1, 96, 96], heat.shape);
        for (var i = 0; i < 2; i++)
        {
            var largest = maps[i].max().item<float>();
            // The middle of each of the nine cells, 32 pixels wide, lies between its pixels 15 and 16, which are a 64th of a cell off.
            for (var cell = 0; cell < 9; cell++)
            {
                var (y, x) = (cell / 3 * 32 + 15, cell % 3 * 32 + 15);
                var middle = heat[i, 0].narrow(0, y, 2).narrow(1, x, 2).mean().item<float>();
                Assert.Equal(maps[i, cell / 3, cell % 3].item<float>() / largest, middle, 1f / 32);
            }
        }
    }

    [Fact]
    public void Photos_do_not_look_at_each_other()
    {
        using var scope = NewDisposeScope();
        var both = GradCam.Heat(_model, _input, [1, 3]);
        var second = GradCam.Heat(_model, _input.narrow(0, 1, 1), [3]);
        Assert.True(allclose(both.narrow(0, 1, 1), second, 1e-4, 1e-5));
        Assert.All(_model.parameters(), parameter => Assert.Null(parameter.grad));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1, Classes)]
    [InlineData(1, -1)]
    public void Classes_that_do_not_fit_are_refused(params int[] classes) =>
        Assert.Throws<ArgumentException>(() => GradCam.Heat(_model, _input, classes));
}
