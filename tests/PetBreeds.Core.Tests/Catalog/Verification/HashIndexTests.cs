using System.Numerics;
using PetBreeds.Catalog.Verification;
using Xunit;

namespace PetBreeds.Tests.Catalog.Verification;

public sealed class HashIndexTests
{
    /// <summary>Hashes in clumps with 0 to 9 bits flipped, so that pairs lie on both sides of the largest distance.</summary>
    [Theory]
    [InlineData(1, 2000, 1)]
    [InlineData(2, 2000, 40)]
    [InlineData(3, 2000, 2000)]
    [InlineData(4, 1, 1)]
    [InlineData(5, 0, 1)]
    public void Finds_the_pairs_that_brute_force_finds_each_once(int seed, int count, int clumps)
    {
        var random = new Random(seed);
        ulong[] centres = [.. Enumerable.Range(0, clumps).Select(_ => (ulong)random.NextInt64(long.MinValue, long.MaxValue))];
        ulong[] hashes = [.. Enumerable.Range(0, count).Select(_ => Flip(centres[random.Next(clumps)], random.Next(10), random))];
        var expected = from i in Enumerable.Range(0, count)
                       from j in Enumerable.Range(i + 1, count - i - 1)
                       where BitOperations.PopCount(hashes[i] ^ hashes[j]) <= HashIndex.MaxDistance
                       select (i, j);
        var found = new HashIndex(hashes).Pairs().ToList();
        Assert.Equal(expected, found.Order());
        Assert.True(count < 2 || clumps == count || found.Count > count, "the test has pairs to find");
    }

    [Fact]
    public void Finds_every_way_to_differ_in_the_largest_distance_over_bands()
    {
        // Bits flipped per band: each split of seven over four bands.
        var splits = from a in Enumerable.Range(0, 8)
                     from b in Enumerable.Range(0, 8 - a)
                     from c in Enumerable.Range(0, 8 - a - b)
                     select new[] { a, b, c, 7 - a - b - c };
        foreach (var split in splits)
        {
            var hash = 0x0123456789ABCDEFUL;
            var other = split.Index().Aggregate(hash, (h, band) => h ^ (((1UL << band.Item) - 1) << ((band.Index * 16) + 3)));
            Assert.Equal([(0, 1)], new HashIndex([hash, other]).Pairs());
            Assert.Empty(new HashIndex([hash, other ^ (1UL << 63)]).Pairs()); // an eighth
        }
    }

    private static ulong Flip(ulong hash, int bits, Random random)
    {
        for (var i = 0; i < bits; i++)
            hash ^= 1UL << random.Next(64);
        return hash;
    }
}
