using PetBreeds.Batches.Augmentation;
using Xunit;

namespace PetBreeds.Tests.Batches.Augmentation;

public class AugmentParamsTests
{
    private static readonly AugmentOptions Options = new();

    [Fact]
    public void A_draw_can_be_made_again() =>
        Assert.Equal(AugmentParams.Draw(Options, 1, 2, 3), AugmentParams.Draw(Options, 1, 2, 3));

    [Theory]
    [InlineData(2, 2, 3)]
    [InlineData(1, 3, 3)]
    [InlineData(1, 2, 4)]
    public void Seed_epoch_and_item_all_count(int seed, int epoch, ulong item) =>
        Assert.NotEqual(AugmentParams.Draw(Options, 1, 2, 3), AugmentParams.Draw(Options, seed, epoch, item));

    [Fact]
    public void Draws_have_the_stated_ranges_and_frequencies()
    {
        var draws = Enumerable.Range(0, 20_000).Select(i => AugmentParams.Draw(Options, 1, 0, (ulong)i)).ToArray();
        Near(.5, draws.Average(d => d.Flip ? 1 : 0));
        Near(.75, draws.Average(d => d.Rotate != 0 ? 1 : 0));
        Near(.75, draws.Average(d => d.Zoom != 1 ? 1 : 0));
        Near(.75, draws.Average(d => d.Warp.X != 0 ? 1 : 0));
        Near(.75, draws.Average(d => d.Brightness != .5 ? 1 : 0));
        Near(.75, draws.Average(d => d.Contrast != 1 ? 1 : 0));
        Near(.875, draws.Average(d => d.CropArea));
        Near(.5, draws.Average(d => d.Window));
        Assert.All(draws, d =>
        {
            Assert.InRange(d.Rotate, -10, 10);
            Assert.InRange(d.Zoom, 1, 1.1);
            Assert.InRange(d.Warp.Y, -.2, .2);
            Assert.InRange(d.CropArea, .75, 1);
            Assert.InRange(d.Brightness, .4, .6);
            Assert.InRange(d.Contrast, .8, 1.25);
        });
    }

    [Fact]
    public void None_draws_the_identity_but_for_places()
    {
        var draw = AugmentParams.Draw(AugmentOptions.None, 1, 2, 3);
        Assert.Equal(AugmentParams.Identity, draw with { Window = .5, CropPlace = (.5, .5), ZoomCentre = (.5, .5) });
    }

    private static void Near(double expected, double actual) => Assert.Equal(expected, actual, .015); // over 4 standard errors
}
