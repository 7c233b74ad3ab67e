using PetBreeds.Runtime;
using Xunit;

namespace PetBreeds.Tests.Runtime;

[Collection(nameof(Training.TensorLeakTests))] // it is the process's
public class DeterminismTests
{
    [Fact]
    public void It_reaches_libtorch_and_can_be_taken_back()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "not on Windows");
        Assert.False(Determinism.IsOn);
        Determinism.Set(true);
        Assert.True(Determinism.IsOn);
        Determinism.Set(false);
        Assert.False(Determinism.IsOn);
    }
}
