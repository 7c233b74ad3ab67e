using PetBreeds.Models;
using PetBreeds.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Models;

public sealed class ConvNeXtTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Weights_start_as_torchvisions()
    {
        using var body = Architecture.Named("convnext_tiny").CreateBody();
        var linear = body.NamedTensors().Single(item => item.Name == "features.5.4.block.3.weight").Tensor;
        Assert.Equal(.02, linear.std().item<float>(), 2e-4);
        Assert.Equal(0, linear.mean().item<float>(), 1e-4);
        Assert.All(body.NamedTensors().Where(item => item.Name.EndsWith("bias")),
            item => Assert.Equal(0, item.Tensor.abs().max().item<float>()));
        Assert.All(body.modules().OfType<ConvNeXtBlock>(), block => Assert.True(block.LayerScale.eq(1e-6f).all().item<bool>()));
    }

    [Fact]
    public void Early_and_late_layers_are_all_layers()
    {
        using var body = Architecture.Named("convnext_tiny").CreateBody();
        var names = body.named_parameters().ToDictionary(item => item.parameter.Handle, item => item.name);
        string[][] groups = [.. body.Groups.Select(group =>
            group.SelectMany(module => module.parameters()).Select(p => names[p.Handle]).ToArray())];
        Assert.Equal(names.Count, groups.Sum(group => group.Length));
        Assert.All(groups[0], name => Assert.InRange(name["features.".Length], '0', '3'));
        Assert.All(groups[1], name => Assert.True(name.StartsWith("classifier.0.") || name["features.".Length] >= '4', name));
    }

    [Fact]
    public void Pooled_features_are_normalised()
    {
        using var body = Architecture.Named("convnext_tiny").CreateBody();
        var pooled = body.Pool(randn(3, body.Plan.Features, 5, 4).Mul(7).to(ScalarType.BFloat16));
        Assert.Equal([3, 768], pooled.shape);
        Assert.Equal(ScalarType.Float32, pooled.dtype);
        Assert.True(allclose(zeros(3), pooled.mean([1]), 0, 1e-5) && allclose(ones(3), pooled.square().mean([1]), 0, 1e-3));
    }

    [Fact]
    public void Dropped_paths_keep_the_mean()
    {
        TorchRandom.Seed(CPU, 5);
        var branch = full([20_000, 3, 2, 2], 2f);
        DropPath.Apply(branch, .25);
        var rows = branch.flatten(1);
        Assert.True(rows.amax([1]).eq(rows.amin([1])).all().item<bool>()); // a photo as a whole
        Assert.True(rows.eq(0).logical_or(rows.sub(2 / .75f).abs().lt(1e-5f)).all().item<bool>());
        Assert.Equal(2, branch.mean().item<float>(), .05); // the standard error is .008
        Assert.Equal(.25, rows.select(1, 0).eq(0).to(ScalarType.Float32).mean().item<float>(), .02);
    }

    [Fact]
    public void Norms_go_on_learning_when_the_body_is_frozen()
    {
        using var model = new ImageClassifier(Architecture.Named("convnext_tiny"), 3);
        model.Freeze(true);
        Assert.All(model.Body.modules(), module => Assert.All(module.named_parameters(recurse: false),
            item => Assert.Equal(module is LayerNorm, item.parameter.requires_grad)));
        model.Freeze(false);
        Assert.All(model.Body.parameters(), parameter => Assert.True(parameter.requires_grad));
    }
}
