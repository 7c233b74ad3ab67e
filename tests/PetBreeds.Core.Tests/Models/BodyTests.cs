using PetBreeds.Evaluation;
using PetBreeds.Models;
using PetBreeds.Pixels;
using PetBreeds.Tests.Catalog;
using PetBreeds.Tests.Models.Weights;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Models;

/// <summary>What holds for every body: one of each kind is tried.</summary>
public sealed class BodyTests : IDisposable
{
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public static TheoryData<string> Kinds => ["resnet18", "resnext50_32x4d", "convnext_tiny"];

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_walk_ends_where_the_forward_pass_does(string name)
    {
        using var noGradients = no_grad();
        using var model = new ImageClassifier(Architecture.Named(name), 3);
        model.eval();
        var input = randn(2, 3, 64, 64);
        var map = model.Body.forward(input);
        Assert.Equal([2, model.Body.Plan.Features, 2, 2], map.shape);
        Assert.Equal([2, model.Body.Plan.Features], model.Body.Pool(map).shape);
        var steps = model.Body.Walk(input).ToArray();
        Assert.True(Tensors.Same(map, steps[^1].Output));
        Assert.Equal(steps.Length, steps.DistinctBy(step => step.Name).Count());
        Assert.All(steps, step => Assert.Contains(model.Body.NamedTensors(),
            item => item.Name.StartsWith(step.Name + ".", StringComparison.Ordinal)));
        Assert.True(Tensors.Same(model.forward(input), model.Walk(input).Last().Output));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_model_is_saved_and_loaded(string name)
    {
        using var noGradients = no_grad();
        using var model = new ImageClassifier(Architecture.Named(name), 2);
        foreach (var parameter in model.parameters().Where(parameter => parameter.dim() is 1 or 3))
            parameter.add_(rand_like(parameter) * .1f); // norms, biases and scales of a new model are all alike
        model.eval();
        using var file = new ScratchFile();
        var card = new ModelCard(model.Body.Plan, ["a", "b"], new Preprocessing(64, 48, Normalization.ImageNet),
            new Dictionary<string, string>());
        ModelFile.Save(file.Path, model, card);
        var (loaded, read) = ModelFile.Load(file.Path);
        using (loaded)
        {
            Assert.Equal(name, read.Architecture.Name);
            foreach (var (expected, actual) in model.NamedTensors().Zip(loaded.NamedTensors()))
                Assert.True(expected.Name == actual.Name && Tensors.Same(expected.Tensor, actual.Tensor), expected.Name);
            var input = randn(1, 3, 48, 48);
            Assert.True(Tensors.Same(model.forward(input), loaded.forward(input)));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Heat_has_the_size_of_the_photo(string name)
    {
        using var model = new ImageClassifier(Architecture.Named(name), 3);
        model.eval();
        var heat = GradCam.Heat(model, randn(2, 3, 96, 96), [0, 2]);
        Assert.Equal([2, 1, 96, 96], heat.shape);
        Assert.InRange(heat.max().item<float>(), 0, 1);
    }

    [Fact]
    public void Each_architecture_can_be_described_before_it_is_made() => Assert.All(Architecture.All, plan =>
    {
        using var body = plan.CreateBody(META);
        Assert.Same(plan, body.Plan);
        Assert.Equal(plan.Name, body.GetName());
        Assert.All(body.NamedTensors(), item => Assert.Equal(TorchSharp.DeviceType.META, item.Tensor.device_type));
    });
}
