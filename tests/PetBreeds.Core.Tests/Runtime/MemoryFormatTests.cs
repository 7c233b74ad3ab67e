using PetBreeds.Models;
using PetBreeds.Models.Weights;
using PetBreeds.Runtime;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Runtime;

public sealed class MemoryFormatTests
{
    [Fact]
    public void Channels_last_changes_the_order_alone()
    {
        using var scope = NewDisposeScope();
        var x = arange(24, ScalarType.Float32).reshape(1, 2, 3, 4);
        var last = x.ChannelsLast();
        Assert.Equal([24, 1, 8, 2], last.stride());
        Assert.True(Tensors.Same(x, last));
        Assert.Equal(last.stride(), last.ChannelsLast().stride());
    }

    [Theory]
    [InlineData("resnet50")]
    [InlineData("resnext50_32x4d")]
    [InlineData("convnext_tiny")]
    public void A_network_gives_the_same_logits_and_gradients(string name)
    {
        using var scope = NewDisposeScope();
        using var model = new ImageClassifier(Architecture.Named(name), 3);
        using var reordered = new ImageClassifier(Architecture.Named(name), 3);
        using (no_grad())
        {
            foreach (var (a, b) in model.NamedTensors().Zip(reordered.NamedTensors()))
                b.Tensor.copy_(a.Tensor);
        }
        MemoryFormat.ToChannelsLast(reordered);
        model.eval();
        reordered.eval();
        var input = randn(2, 3, 64, 64);
        var (expected, actual) = (model.forward(input), reordered.forward(input.ChannelsLast()));
        Assert.True(allclose(expected, actual, 1e-4, 1e-4));
        expected.square().sum().backward();
        actual.square().sum().backward();
        foreach (var (a, b) in model.parameters().Zip(reordered.parameters()).Where(pair => pair.First.dim() == 4))
        {
            // a unit at zero may go either way
            Assert.True((a.grad! - b.grad!).norm().item<float>() <= 1e-2f * a.grad!.norm().item<float>());
            Assert.Equal(Strides(b), Strides(b.grad!)); // fused Adam walks them side by side
        }

        static IEnumerable<(long, long)> Strides(Tensor tensor) =>
            tensor.stride().Zip(tensor.shape).Where(dimension => dimension.Second > 1);
    }

    [Fact]
    public void Weight_files_do_not_know_of_it()
    {
        using var scope = NewDisposeScope();
        using var model = new ImageClassifier(Architecture.Named("resnet18"), 3);
        var (before, after) = (Path.GetTempFileName(), Path.GetTempFileName());
        Write(before);
        MemoryFormat.ToChannelsLast(model);
        Assert.Contains(model.parameters(), parameter => parameter.dim() == 4 && !parameter.is_contiguous());
        Write(after);
        Assert.Equal(File.ReadAllBytes(before), File.ReadAllBytes(after));
        File.Delete(before);
        File.Delete(after);

        void Write(string path) => SafeTensors.Write(path, model.NamedTensors(), new Dictionary<string, string>());
    }
}
