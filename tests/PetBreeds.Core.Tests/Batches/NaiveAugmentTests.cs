using PetBreeds.Batches;
using PetBreeds.Batches.Augmentation;
using PetBreeds.Pixels;
using PetBreeds.Tests.Catalog;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Batches;

public class NaiveAugmentTests
{
    private static readonly AugmentParams Draw = new() { Rotate = 30, Zoom = 1.2, Warp = (.08, -.08), CropArea = .75 };

    [Fact]
    public void The_chain_looks_at_the_same_spots_where_it_has_not_cut_them_off()
    {
        using var scope = NewDisposeScope();
        using var transform = new BatchTransform(56, Normalization.ImageNet);
        var axis = linspace(0, 1, 112);
        var slopes = stack([axis.unsqueeze(0).expand(112, 112), axis.unsqueeze(1).expand(112, 112)]).unsqueeze(0).contiguous();
        var difference = (transform.Sample(slopes, [Draw]) - NaiveAugment.Apply(slopes, [Draw], 56)).abs().amax(
            [1]).data<float>().ToArray();
        var mirrored = NaiveAugment.Mirrored(Draw, 112, 56);
        Assert.All(difference.Zip(mirrored).Where(pair => !pair.Second), pair => Assert.InRange(pair.First, 0, .02));
        Assert.All(difference.Zip(mirrored).Where(pair => pair.Second), pair => Assert.InRange(pair.First, .019, 1));
    }

    [Fact]
    public void A_turn_after_a_crop_mirrors_the_corners_and_not_the_middle()
    {
        var mirrored = NaiveAugment.Mirrored(Draw, 112, 56);
        Assert.InRange(mirrored.Count(yes => yes) / (double)mirrored.Length, .05, .3);
        Assert.False(mirrored[28 * 56 + 28]);
        Assert.DoesNotContain(true, NaiveAugment.Mirrored(Draw with { Rotate = 0, Warp = (0, 0) }, 112, 56));
    }

    [Fact]
    public void The_chain_blurs()
    {
        using var scope = NewDisposeScope();
        using var transform = new BatchTransform(56, Normalization.ImageNet);
        var noise = rand([1, 3, 112, 112], generator: new Generator(5));
        var once = transform.Sample(noise, [Draw]);
        var chained = NaiveAugment.Apply(noise, [Draw], 56);
        Assert.InRange(chained.std().item<float>() / once.std().item<float>(), 0, .8);
    }
}
