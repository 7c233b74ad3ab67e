using PetBreeds.Models;
using PetBreeds.Runtime;
using PetBreeds.Tests.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Models;

/// <summary>Alone, because torch's random numbers, which they seed, are those of the whole process.</summary>
[Collection(nameof(TensorLeakTests))]
public sealed class DropPathTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Paths_are_dropped_in_training_alone_and_by_the_seed()
    {
        using var noGradients = no_grad();
        using var block = new ConvNeXtBlock(4, .5, CPU);
        block.LayerScale.fill_(1f);
        var input = randn(64, 4, 8, 8);
        Tensor Output(ulong seed)
        {
            TorchRandom.Seed(CPU, seed);
            return block.forward(input);
        }
        block.train();
        var dropped = Output(1).eq(input).flatten(1).all(1).sum().item<long>();
        Assert.InRange(dropped, 16, 48); // 32 expected, with a standard deviation of 4
        Assert.True(Tensors.Same(Output(1), Output(1)));
        Assert.False(Tensors.Same(Output(1), Output(2)));
        block.eval();
        Assert.True(Tensors.Same(Output(1), Output(2)));
        Assert.Equal(0, block.forward(input).eq(input).flatten(1).all(1).sum().item<long>());
    }

    [Fact]
    public void The_last_block_is_dropped_most_and_the_first_never()
    {
        using var noGradients = no_grad();
        using var body = new ConvNeXtArchitecture("small", 8, [2, 1, 1, 1], .8).CreateBody();
        body.train();
        double[] dropped = [.. body.modules().OfType<ConvNeXtBlock>().Select(block =>
        {
            block.LayerScale.fill_(1f);
            var input = randn(500, block.LayerScale.shape[0], 1, 1);
            TorchRandom.Seed(CPU, 3);
            return block.forward(input).eq(input).flatten(1).all(1).to(ScalarType.Float32).mean().item<float>();
        })];
        Assert.All(dropped.Index(), item => Assert.Equal(.2 * item.Index, item.Item, .07)); // a standard error of .02
        Assert.Equal(0, dropped[0]);
    }
}
