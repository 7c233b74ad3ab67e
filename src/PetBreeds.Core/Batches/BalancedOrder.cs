using PetBreeds.Runtime;

namespace PetBreeds.Batches;

/// <summary>
/// An epoch's photos with every class drawn equally often, to one: as many as there are photos, those of small classes several times, those
/// of large ones not all.
/// </summary>
internal static class BalancedOrder
{
    /// <summary>
    /// Rounds over the classes, each in a new order; within a class its photos in a shuffled order, and again when they are used up.
    /// </summary>
    /// <param name="samples">The photos.</param>
    /// <param name="seed">The run's.</param>
    /// <param name="epoch">Counted through the whole run.</param>
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

    /// <summary>A photo that comes again in an epoch is augmented another way: draws hang on its key.</summary>
    private static Sample Next(Sample[] photos, int count, ref SeededRandom random)
    {
        if (count % photos.Length == 0)
            random.Shuffle<Sample>(photos);
        var sample = photos[count % photos.Length];
        return count < photos.Length ? sample
            : sample with { Key = new SeededRandom(sample.Key, (ulong)(count / photos.Length)).NextUInt64() };
    }
}
