using PetBreeds.Batches.Augmentation;
using PetBreeds.Tests.Catalog;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Batches.Augmentation;

public class RandomErasingTests
{
    [Fact]
    public void Rectangles_lie_in_torchvisions_ranges()
    {
        var draws = Enumerable.Range(0, 20_000).Select(i => RandomErasing.Draw(.25, 3, 1, (ulong)i)).ToArray();
        Assert.Equal(.25, draws.Count(draw => draw is not null) / 20_000.0, .01);
        var boxes = draws.OfType<ErasedBox>().ToArray();
        Assert.All(boxes, box =>
        {
            Assert.InRange(box.Width * box.Height, .02, .33);
            Assert.InRange(box.Height / box.Width, .3, 3.3);
            Assert.InRange(box.Left, 0, 1 - box.Width);
            Assert.InRange(box.Top, 0, 1 - box.Height);
        });
        // torchvision 0.14's RandomErasing.get_params on 1000 x 1000 pixels, 20,000 draws: mean area .174, mean ln(h / w) 0
        Assert.Equal(.174, boxes.Average(box => box.Width * box.Height), .005);
        Assert.Equal(0, boxes.Average(box => Math.Log(box.Height / box.Width)), .04);
        Assert.Equal(draws[7], RandomErasing.Draw(.25, 3, 1, 7));
    }

    [Fact]
    public void A_rectangle_becomes_zero_and_nothing_else_changes()
    {
        using var scope = NewDisposeScope();
        var input = rand(2, 3, 10, 20).add_(1);
        var expected = input.clone();
        expected.slice(0, 1, 2, 1).slice(2, 3, 8, 1).slice(3, 2, 12, 1).zero_();
        AugmentParams[] draws = [AugmentParams.Identity, AugmentParams.Identity with { Erased = new ErasedBox(.1, .3, .5, .5) }];
        RandomErasing.Apply(input, draws);
        Assert.True(Tensors.Same(expected, input));
        RandomErasing.Apply(input, draws);
        Assert.True(Tensors.Same(expected, input));
    }

    [Fact]
    public void Other_draws_stay_as_they_were()
    {
        var (plain, erasing) = (AugmentParams.Draw(new AugmentOptions(), 1, 2, 3),
            AugmentParams.Draw(new AugmentOptions { ErasingProbability = 1 }, 1, 2, 3));
        Assert.NotNull(erasing.Erased);
        Assert.Equal(plain, erasing with { Erased = null });
    }
}
