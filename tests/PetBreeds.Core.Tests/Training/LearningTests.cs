using PetBreeds.Runtime;
using Xunit;

namespace PetBreeds.Tests.Training;

/// <summary>
/// How well a training ends: as in <see cref="RepeatTests"/>, nothing else may draw from the process's random numbers meanwhile.
/// </summary>
[Collection(nameof(TensorLeakTests))]
public sealed class LearningTests(TinyData data) : IClassFixture<TinyData>
{
    /// <summary>Guessing loses ln 2 = .69; ten seeds ended between .0001 and .05, in either precision.</summary>
    [Theory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.BFloat16)]
    public void Learns_two_colours(Precision precision) // fp16 has no fast kernels on processors: TrainStepTests tries it on a tiny network
    {
        using var session = TinyData.Open(data.Config with { FreezeEpochs = 0, Epochs = 8, Lr = 3e-3, Precision = precision });
        var watch = TinyData.Fit(session);
        Assert.True(watch.Epochs[^1].ValidLoss < Math.Log(2) / 2);
        Assert.True(watch.Epochs[^1].TrainLoss < watch.Epochs[0].TrainLoss);
    }
}
