using PetBreeds.Runtime;
using Xunit;

namespace PetBreeds.Tests.Runtime;

public class SeededRandomTests
{
    [Fact]
    public void Is_SplitMix64()
    {
        // The first numbers of the published reference implementation (Vigna, splitmix64.c) for seed 0.
        var random = default(SeededRandom);
        Assert.Equal(0xE220A8397B1DCDAFUL, random.NextUInt64());
        Assert.Equal(0x6E789E6AA1B965F4UL, random.NextUInt64());
    }

    [Fact]
    public void Keys_and_their_order_count()
    {
        Assert.NotEqual(new SeededRandom(1, 2).NextUInt64(), new SeededRandom(2, 1).NextUInt64());
        Assert.Equal(new SeededRandom(1, 2).NextUInt64(), new SeededRandom(1, 2).NextUInt64());
    }

    [Fact]
    public void Shuffle_keeps_the_items_and_moves_them_evenly()
    {
        var first = new int[10];
        for (var seed = 0UL; seed < 10_000; seed++)
        {
            int[] items = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
            new SeededRandom(seed).Shuffle<int>(items);
            first[items[0]]++;
            Assert.Equal(45, items.Sum());
        }
        Assert.All(first, count => Assert.InRange(count, 850, 1150)); // 1000 ± 5 standard errors
    }
}
