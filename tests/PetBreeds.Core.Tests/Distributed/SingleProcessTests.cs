using PetBreeds.Distributed;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Distributed;

public class SingleProcessTests
{
    [Fact]
    public void A_process_alone_changes_nothing_and_gathers_its_own_block()
    {
        using var alone = SingleProcess.Instance;
        using var values = tensor([1f, 2f]);
        byte[] data = [1, 2, 3];

        alone.Sum(values);
        alone.Broadcast(data);
        alone.Barrier();

        Assert.Equal([1f, 2f], values.data<float>());
        Assert.Equal([1, 2, 3], data);
        Assert.Equal(data, Assert.Single(alone.Gather(data)));
        Assert.Equal((0, 1, 0, 1, "one process"), (alone.Rank, alone.Size, alone.LocalRank, alone.LocalSize, alone.Description));
    }

    [Fact]
    public void Without_a_launcher_a_process_is_alone() => Assert.Same(SingleProcess.Instance, ProcessGroup.Start());
}
