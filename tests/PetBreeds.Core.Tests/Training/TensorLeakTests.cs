using TorchSharp;
using Xunit;
using Adam = PetBreeds.Training.Adam;

namespace PetBreeds.Tests.Training;

/// <summary>TorchSharp counts the live tensors of the whole process, so nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(TensorLeakTests), DisableParallelization = true)]
[Collection(nameof(TensorLeakTests))]
public sealed class TensorLeakTests(TinyData data) : IClassFixture<TinyData>
{
    [Fact]
    public void A_step_leaves_no_tensor_behind()
    {
        using var session = TinyData.Open(data.Config with { FreezeEpochs = 0, Epochs = 6 });
        var alive = new List<long>();
        var watch = new Recorder { OnStep = _ => alive.Add(torch.Tensor.TotalCount) };
        using var optimizer = new Adam(session.Model.ParameterGroups);
        session.Trainer(optimizer).Fit(session.Phases(), watch, CancellationToken.None);
        // The first step makes the optimizer's state; the loader may hold three batches of two tensors more or less.
        Assert.All(alive[1..], count => Assert.InRange(count, alive[1] - 6, alive[1] + 6));
    }
}
