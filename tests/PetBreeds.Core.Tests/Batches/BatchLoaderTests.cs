using PetBreeds.Batches;
using PetBreeds.Batches.Augmentation;
using PetBreeds.Pixels;
using PetBreeds.Pixels.Cache;
using PetBreeds.Runtime;
using PetBreeds.Tests.Pixels;
using TorchSharp;
using Xunit;

namespace PetBreeds.Tests.Batches;

public class BatchLoaderTests
{
    private static readonly BatchThreads One = new(1, 1);
    private static readonly BatchThreads Many = new(5, 3);

    [Fact]
    public void Threads_and_the_state_of_the_cache_change_nothing()
    {
        using var data = new DataSet(photos: 23);
        File.WriteAllText(data.Photos[4].Path, "no photo"); // known to be bad in the second pass only
        List<string>[] passes = new List<string>[3];
        using (var cache = data.OpenOnly())
        {
            passes[0] = Pass(Loader(cache, Many));
            passes[1] = Pass(Loader(cache, One));
        }
        using (var cache = data.OpenOnly())
            passes[2] = Pass(Loader(cache, Many));
        Assert.Equal(5, passes[0].Count);
        Assert.Equal(passes[0], passes[1]);
        Assert.Equal(passes[0], passes[2]);
    }

    [Fact]
    public void A_bad_photo_s_place_goes_to_the_next_and_validation_leaves_it_out()
    {
        using var data = new DataSet(photos: 9);
        foreach (var bad in new[] { 0, 7, 8 })
            File.WriteAllText(data.Photos[bad].Path, "no photo");
        using var cache = data.OpenOnly();
        var loader = Loader(cache, Many);
        var training = loader.Train(1, new AugmentOptions()).Select(Described).ToList();
        Assert.Equal([4, 4], training.Select(batch => batch.Photos.Length));
        Assert.DoesNotContain(training.SelectMany(batch => batch.Photos), photo => photo is 0 or 7 or 8);
        var ordered = loader.Ordered().Select(Described).ToList();
        Assert.Equal([1, 2, 3, 4, 5, 6], ordered.SelectMany(batch => batch.Photos));
        Assert.Equal([3, 3], ordered.Select(batch => batch.Photos.Length)); // the third had only bad ones
        Assert.Equal([1, 2, 0], ordered[0].Labels);
    }

    [Fact]
    public void Without_a_good_photo_there_is_an_error()
    {
        using var data = new DataSet(photos: 3);
        data.Photos.ForEach(photo => File.WriteAllBytes(photo.Path, []));
        using var cache = data.OpenOnly();
        Assert.Contains("none of the training photos", Assert.Throws<UserException>(() => Pass(Loader(cache, Many))).Problem);
        Assert.Empty(Loader(cache, Many).Ordered());
    }

    [Fact]
    public void A_failure_of_a_thread_reaches_the_reader_and_a_pass_can_be_broken_off()
    {
        using var data = new DataSet(photos: 30);
        using (var cache = data.OpenOnly(
            new CountingDecoder(count => { if (count == 20) throw new InvalidTimeZoneException("unforeseen"); })))
            Assert.Throws<InvalidTimeZoneException>(() => Pass(Loader(cache, Many)));
        using var whole = data.OpenOnly();
        using (Loader(whole, Many).Train(0, AugmentOptions.None).First())
            Assert.True(whole.Missing > 0); // at most three batches of four ahead
    }

    [Fact]
    public void Inputs_equal_the_transformed_windows()
    {
        using var data = new DataSet(photos: 8);
        using var cache = data.OpenOnly();
        using var transform = new BatchTransform(12, Normalization.ImageNet);
        var inputs = new BatchLoader(cache, Samples(8), 8, 1, new InputForm(new PhotoTransform(12, Normalization.ImageNet)), Many);
        using var scope = torch.NewDisposeScope();
        using var input = inputs.Train(3, new AugmentOptions()).Single();
        using var windows = Loader(cache, One, 8).Train(3, new AugmentOptions()).Single();
        Assert.Equal(windows.Samples, input.Samples);
        var difference = (transform.Input(input, torch.CPU) - transform.Input(windows, torch.CPU)).abs();
        Assert.InRange(difference.max().item<float>(), 0, 1e-3f);
    }

    private static BatchLoader Loader(PixelCache cache, BatchThreads threads, int batchSize = 4) =>
        new(cache, Samples(cache.Count), batchSize, 1, new WindowForm(24, pinned: false), threads);

    private static Sample[] Samples(int count) => [.. Enumerable.Range(0, count).Select(i => new Sample(i, i % 3, (ulong)i))];

    private static List<string> Pass(BatchLoader loader)
    {
        List<string> batches = [];
        foreach (var batch in loader.Train(2, new AugmentOptions()))
            using (batch)
                batches.Add($"{string.Join(',', batch.Samples.Select(sample => sample.Photo))} "
                    + $"{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(batch.Pixels.bytes))}");
        return batches;
    }

    private static (int[] Photos, long[] Labels) Described(Batch batch)
    {
        using (batch)
            return ([.. batch.Samples.Select(sample => sample.Photo)], batch.Labels.data<long>().ToArray());
    }
}
