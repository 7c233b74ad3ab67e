using PetBreeds.Models;
using PetBreeds.Runtime;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Models;

public sealed class ConvolutionTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public void A_product_of_matrices_is_a_convolution_of_single_pixels(int stride, bool channelsLast)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var weight = randn(10, 6, 1, 1).requires_grad_();
        var inputs = Enumerable.Range(0, 2).Select(_ => randn(2, 6, 5, 7)).ToArray();
        inputs[1].copy_(inputs[0]);
        var outputs = new[] { nn.functional.conv2d(Order(inputs[0]), weight, strides: [stride, stride]),
            OneDnn.Product(Order(inputs[1]), weight, stride) };
        Assert.Equal(outputs[0].shape, outputs[1].shape);
        Assert.True(allclose(outputs[0], outputs[1], 1e-5, 1e-5));
        var gradients = outputs.Select(output =>
        {
            weight.grad?.zero_();
            output.square().sum().backward();
            return weight.grad!.clone();
        }).ToArray();
        Assert.True(allclose(gradients[0], gradients[1], 1e-4, 1e-4));

        Tensor Order(Tensor input) => channelsLast ? input.ChannelsLast() : input;
    }

    /// <summary>Where oneDNN is wrong, it is by several percent: see <see cref="OneDnn"/>.</summary>
    [Theory]
    [InlineData("resnet18", Precision.Float32, 1e-4)]
    [InlineData("resnet50", Precision.Float32, 1e-4)]
    [InlineData("resnet50", Precision.BFloat16, .03)]
    [InlineData("resnext50_32x4d", Precision.Float32, 1e-4)]
    [InlineData("convnext_tiny", Precision.Float32, 1e-4)]
    [InlineData("convnext_tiny", Precision.BFloat16, .03)]
    public void Features_are_those_of_double_precision(string name, Precision precision, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        manual_seed(2);
        using var body = Architecture.Named(name).CreateBody();
        body.eval();
        foreach (var block in body.modules().OfType<ConvNeXtBlock>())
            block.LayerScale.fill_(.5); // untrained blocks change almost nothing
        var input = randn(2, 3, 64, 64);
        var compute = Compute.Choose(CPU, precision);
        compute.Place(body);
        var actual = new ForwardPass(body, compute).Logits(input).to(ScalarType.Float64);
        var expected = body.to(ScalarType.Float64).forward(input.to(ScalarType.Float64)); // never oneDNN's
        Assert.True(actual.sub(expected).norm().item<double>() < tolerance * expected.norm().item<double>());
    }

    [Fact]
    public void Bottlenecks_learn_on_this_processor() // where oneDNN sees no caches, its own convolutions would end the process
    {
        using var scope = NewDisposeScope();
        using var model = new ImageClassifier(Architecture.Named("resnet50"), 2);
        Compute.Choose(CPU, Precision.Float32).Place(model);
        model.forward(randn(2, 3, 64, 64).ChannelsLast()).square().sum().backward();
        Assert.All(model.parameters(), parameter => Assert.True(Tensors.IsFinite(parameter.grad!)));
    }
}
