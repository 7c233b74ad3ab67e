using PetBreeds.Batches;
using PetBreeds.Batches.Augmentation;
using PetBreeds.Pixels;
using PetBreeds.Tests.Training;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Batches.Augmentation;

public sealed class AugmentStepsTests(TinyData data) : IClassFixture<TinyData>
{
    [Theory]
    [InlineData(AugmentSteps.Fastai)]
    [InlineData(AugmentSteps.Chain)]
    public void Without_augmentation_all_are_the_validation_crop(AugmentSteps steps)
    {
        using var scope = NewDisposeScope();
        var (once, other) = Both(steps, AugmentParams.Identity, AugmentParams.Identity);
        Assert.True(Tensors.Same(once, other));
    }

    [Fact]
    public void Fastais_steps_show_what_one_interpolation_shows()
    {
        using var scope = NewDisposeScope();
        var draw = AugmentParams.Identity with
        {
            Flip = true,
            Rotate = 6,
            Zoom = 1.05,
            CropArea = .8,
            CropPlace = (.3, .6),
            Brightness = .55
        };
        var (once, twice) = Both(AugmentSteps.Fastai, draw, draw);
        Assert.InRange((once - twice).abs().mean().item<float>(), 1e-5, .03); // the same picture, a little softer
    }

    [Fact]
    public void Fastais_crop_is_the_first_photos()
    {
        using var scope = NewDisposeScope();
        var (here, there) = (AugmentParams.Identity with { CropArea = .75, CropPlace = (0, 0) },
            AugmentParams.Identity with { CropArea = .75, CropPlace = (1, 1) });
        var (_, mixed) = Both(AugmentSteps.Fastai, here, there);
        var (_, same) = Both(AugmentSteps.Fastai, here, here);
        Assert.True(Tensors.Same(same, mixed));
    }

    [Theory]
    [InlineData(AugmentSteps.Fastai)]
    [InlineData(AugmentSteps.Chain)]
    [InlineData(null)]
    public void A_run_can_be_trained_with_each(AugmentSteps? steps)
    {
        using var session = TinyData.Open(data.Config with { FreezeEpochs = 0, Epochs = 1, Augment = steps });
        using var usual = TinyData.Open(data.Config with { FreezeEpochs = 0, Epochs = 1 });
        Assert.NotEqual(TinyData.Fit(usual).Steps[0].Loss, TinyData.Fit(session).Steps[0].Loss);
    }

    /// <summary>float32 [2, 3, 24, 24] both ways, of a smooth picture.</summary>
    private static (Tensor Once, Tensor Other) Both(AugmentSteps steps, AugmentParams first, AugmentParams second)
    {
        var wave = linspace(0, 9, 40).sin().add(1).mul(100);
        var windows = (wave.unsqueeze(0) * .6 + wave.unsqueeze(1) * .6).to(ScalarType.Byte).unsqueeze(2)
            .expand(40, 40, 3).unsqueeze(0).expand(2, 40, 40, 3).contiguous();
        using var once = new BatchTransform(24, Normalization.ImageNet);
        using var other = new BatchTransform(24, Normalization.ImageNet, steps);
        return (once.Apply(windows, [first, second]), other.Apply(windows, [first, second]));
    }
}
