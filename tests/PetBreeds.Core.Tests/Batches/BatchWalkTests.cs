using PetBreeds.Batches;
using PetBreeds.Batches.Augmentation;
using PetBreeds.Batches.Walkthrough;
using PetBreeds.Pixels;
using PetBreeds.Pixels.Cache;
using PetBreeds.Tests.Pixels;
using TorchSharp;
using Xunit;

namespace PetBreeds.Tests.Batches;

public class BatchWalkTests
{
    [Fact]
    public void A_batch_is_followed_to_the_network()
    {
        using var set = new DataSet(6);
        using var cache = set.Open();
        var loader = Loader(cache, 24, 4, [.. Enumerable.Range(0, 6).Select(i => new Sample(i, i % 3, (ulong)i))]);
        using var transform = new BatchTransform(16, Normalization.ImageNet);
        var steps = BatchWalk.Follow(loader, transform, new AugmentOptions(), torch.CPU);
        Assert.Equal(["collate", "to device", "transform"], steps.Select(step => step.Name));
        Assert.Equal("uint8 [4, 24, 24, 3]", steps[0].Out!.ToString());
        Assert.Contains("int64 [4]", steps[0].Did);
        Assert.Equal("float32 [4, 3, 16, 16]", steps[2].Out!.ToString());
    }

    [Fact]
    public void Photos_that_went_bad_fail_the_step_that_needs_them()
    {
        using var set = new DataSet(2);
        File.WriteAllText(set.Photos[1].Path, "no photo");
        using var cache = set.Open();
        using var transform = new BatchTransform(16, Normalization.ImageNet);
        var loader = Loader(cache, 24, 1, new Sample(1, 0, 0));
        var steps = BatchWalk.Follow(loader, transform, new AugmentOptions(), torch.CPU);
        Assert.Equal("collate", Assert.Single(steps).Name);
        Assert.Contains("none of the training photos", steps[0].Failure!.Problem);
    }

    private static BatchLoader Loader(PixelCache cache, int side, int batchSize, params Sample[] samples) =>
        new(cache, samples, batchSize, 1, new WindowForm(side, pinned: false), new BatchThreads(2, 1));
}
