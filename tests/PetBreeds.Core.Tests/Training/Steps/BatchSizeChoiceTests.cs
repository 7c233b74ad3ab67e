using PetBreeds.Models;
using PetBreeds.Runtime;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Steps;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Training.Steps;

public sealed class BatchSizeChoiceTests
{
    private static readonly TrainOptions Small = new() { Presize = 32, Size = 32 };

    /// <summary>timm's results tables give the activations of networks in millions ("macts") at 224.</summary>
    [Theory]
    [InlineData("resnet18", 2.5)]
    [InlineData("resnet34", 3.7)]
    [InlineData("resnet50", 11.1)]
    [InlineData("resnet101", 16.2)]
    [InlineData("resnet152", 22.6)]
    [InlineData("resnext50_32x4d", 14.4)]
    [InlineData("resnext101_32x8d", 31.2)]
    [InlineData("wide_resnet50_2", 14.4)]
    [InlineData("convnext_tiny", 13.4)]
    [InlineData("convnext_small", 21.6)]
    [InlineData("convnext_base", 28.75)]
    public void Activations_are_those_timm_counts(string name, double millions) =>
        Assert.Equal(millions, Architecture.Named(name).Activations(224) / 1e6, .06);

    [Theory]
    [InlineData("resnet18", 224, 8, 10_000, 64)]
    [InlineData("resnet50", 224, 8, 10_000, 32)] // 89 MB a photo, 45 in 4 GiB
    [InlineData("resnet50", 448, 8, 10_000, 8)]
    [InlineData("convnext_tiny", 224, 8, 10_000, 32)] // 107 MB a photo, 40 in 4 GiB
    [InlineData("resnet152", 1024, 1, 10_000, 4)] // never less
    [InlineData("resnet18", 224, 8, 20, 16)] // no more than there are photos
    public void A_processors_memory_is_shared_out(string name, int size, int gigabytes, int photos, int expected) =>
        Assert.Equal(expected, BatchSizeChoice.ForMemory(Architecture.Named(name), size, (long)gigabytes << 30, photos));

    [Theory]
    [InlineData(1000, 32, 32)]
    [InlineData(20, 1000, 16)]
    public void A_device_is_tried_until_memory_runs_out(int photos, int room, int expected)
    {
        using var model = new ImageClassifier(Architecture.Named("resnet18"), 3);
        var before = model.NamedTensors().ToDictionary(item => item.Name, item => item.Tensor.detach().clone());
        Assert.Equal(expected, BatchSizeChoice.ForDevice(model, new Compute(CPU, Precision.Float32, false), Small, photos, Room(room)));
        Assert.All(model.NamedTensors(), item => Assert.True(Tensors.Same(item.Tensor, before[item.Name]), item.Name));
        Assert.All(model.parameters(), parameter => Assert.Null(parameter.grad));
    }

    [Fact]
    public void Too_little_memory_for_the_smallest_is_said()
    {
        using var model = new ImageClassifier(Architecture.Named("resnet18"), 3);
        var error = Assert.Throws<UserException>(
            () => BatchSizeChoice.ForDevice(model, new Compute(CPU, Precision.Float32, false), Small, 100, Room(4)));
        Assert.Contains("memory for 8 photos", error.Message);
    }

    private static MicroBatches Room(int photos) => new(int.MaxValue)
    {
        BeforeForward = count => { if (count > photos) throw new NativeException("CUDA out of memory."); },
    };
}
