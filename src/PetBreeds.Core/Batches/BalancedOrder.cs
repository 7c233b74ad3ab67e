using PetBreeds.Runtime;

namespace PetBreeds.Batches;

/// <summary>
/// The order of an epoch in which every class is drawn equally often (to within one): as long as the number of photos, with those of small
/// classes repeated and some of large ones left out.
/// </summary>
internal static class BalancedOrder
{
    /// <summary>
    /// Draws in rounds over the classes, each round in a new order; within a class, photos come in shuffled order and repeat when all have
    /// been used.
    /// </summary>
    /// <param name="samples">The photos.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">Number of the epoch, counted over the whole run.</param>
    public static Sample[] Draw(IReadOnlyList<Sample> samples, int seed, int epoch)
    {
        var random = new SeededRandom(0xBA1, (ulong)seed, (ulong)epoch);
        Sample[][] classes = [.. samples.GroupBy(sample => sample.Label).OrderBy(group => group.Key).Select(group => group.ToArray())];
        var taken = new int[classes.Length];
        int[] round = [.. Enumerable.Range(0, classes.Length)];
        var order = new Sample[samples.Count];
        for (var i = 0; i < order.Length; i++)
        {
            if (i % round.Length == 0)
                random.Shuffle<int>(round);
            var label = round[i % round.Length];
            order[i] = Next(classes[label], taken[label]++, ref random);
        }
        return order;
    }

    /// <summary>A photo that is repeated within an epoch is augmented differently, because draws depend on its key.</summary>
    private static Sample Next(Sample[] photos, int count, ref SeededRandom random)
    {
        if (count % photos.Length == 0)
            random.Shuffle<Sample>(photos);
        var sample = photos[count % photos.Length];
        return count < photos.Length ? sample
            : sample with { Key = new SeededRandom(sample.Key, (ulong)(count / photos.Length)).NextUInt64() };
    }
}
