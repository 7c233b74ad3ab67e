using PetBreeds.Batches;
using PetBreeds.Batches.Augmentation;
using PetBreeds.Pixels.Cache;
using PetBreeds.Tests.Pixels;
using Xunit;

namespace PetBreeds.Tests.Batches;

public class ShareTests
{
    [Theory]
    [InlineData(32, 1)]
    [InlineData(32, 3)]
    [InlineData(7, 7)]
    [InlineData(3, 5)] // two of them get nothing
    [InlineData(2_000_000_000, 3)]
    public void Shares_are_a_partition_whose_parts_differ_by_one_photo_at_most(int photos, int size)
    {
        var shares = Enumerable.Range(0, size).Select(rank => new Share(rank, size).Of(photos)).ToArray();
        Assert.Equal(0, shares[0].Start);
        Assert.Equal(photos, shares[^1].Start + shares[^1].Count);
        Assert.All(shares.Zip(shares.Skip(1)), pair => Assert.Equal(pair.First.Start + pair.First.Count, pair.Second.Start));
        Assert.InRange(shares.Max(share => share.Count) - shares.Min(share => share.Count), 0, 1);
    }

    [Theory]
    [InlineData(2, 4, false)]
    [InlineData(3, 8, false)] // shares of 2, 3 and 3 photos
    [InlineData(3, 64, true)] // the only batch is not full
    public void Together_the_shares_of_a_batch_are_the_batch_of_one_process(int size, int batchSize, bool balanced)
    {
        using var data = new DataSet(photos: 23);
        File.WriteAllText(data.Photos[4].Path, "no photo"); // in training, the next one takes its place
        using var cache = data.OpenOnly();
        var whole = Loader(cache, batchSize, balanced, Share.Whole);
        BatchLoader[] shares = [.. Enumerable.Range(0, size).Select(rank => Loader(cache, batchSize, balanced, new Share(rank, size)))];
        Assert.All(shares, share => Assert.Equal(whole.TrainBatches, share.TrainBatches));
        var expected = Training(whole, 0);
        Assert.NotEmpty(expected);
        Assert.Equal(expected, Merged(shares.Select(share => Training(share, 0))));
        Assert.Equal(expected[^1..], Merged(shares.Select(share => Training(share, expected.Length - 1)))); // resumed in an epoch
        Assert.Equal(whole.Ordered().SelectMany(Photos), shares.SelectMany(share => share.Ordered()).SelectMany(Photos));
        Assert.Equal(whole.OrderedBatches, Loader(cache, batchSize, balanced, new Share(0, 1)).Ordered().Select(Photos).Count());
    }

    private static string[][] Training(BatchLoader loader, int first) =>
        [.. loader.Train(2, new AugmentOptions(), first).Select(Photos)];

    /// <summary>Of the batches of several ranks: each batch's photos in the order of the ranks.</summary>
    private static string[][] Merged(IEnumerable<string[][]> ranks)
    {
        var all = ranks.ToArray();
        return [.. Enumerable.Range(0, all[0].Length).Select(batch => all.SelectMany(rank => rank[batch]).ToArray())];
    }

    private static string[] Photos(Batch batch)
    {
        using (batch)
            return [.. batch.Samples.Zip(batch.Draws, (sample, draw) => $"{sample.Photo} {draw}")];
    }

    private static BatchLoader Loader(PixelCache cache, int batchSize, bool balanced, Share share) => new(cache,
        [.. Enumerable.Range(0, cache.Count).Select(i => new Sample(i, i % 3, (ulong)i))], batchSize, 1, new WindowForm(24, pinned: false),
        new BatchThreads(2, 2), balanced, share);
}
