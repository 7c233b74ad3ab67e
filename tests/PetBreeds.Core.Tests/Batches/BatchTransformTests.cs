using PetBreeds.Batches;
using PetBreeds.Batches.Augmentation;
using PetBreeds.Pixels;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Batches;

public class BatchTransformTests
{
    private static readonly Normalization Plain = new([0, 0, 0], [1, 1, 1]);

    [Fact]
    public void Same_size_without_augmentation_keeps_every_pixel()
    {
        using var scope = NewDisposeScope();
        var windows = randint(0, 256, [2, 16, 16, 3], dtype: ScalarType.Byte);
        using var transform = new BatchTransform(16, Plain);
        var output = transform.Apply(windows, [AugmentParams.Identity, AugmentParams.Identity]);
        Assert.True(allclose(windows.permute(0, 3, 1, 2).to(ScalarType.Float32) / 255, output, 1e-4, 1e-5));
    }

    [Fact]
    public void Half_size_is_the_mean_of_two_by_two_pixels()
    {
        using var scope = NewDisposeScope();
        var windows = randint(0, 256, [1, 32, 32, 3], dtype: ScalarType.Byte);
        using var transform = new BatchTransform(16, Plain);
        var expected = nn.functional.avg_pool2d(windows.permute(0, 3, 1, 2).to(ScalarType.Float32) / 255, 2);
        Assert.True(allclose(expected, transform.Apply(windows, [AugmentParams.Identity]), 1e-4, 1e-5));
    }

    [Fact]
    public void Normalises_by_mean_and_deviation()
    {
        using var scope = NewDisposeScope();
        using var transform = new BatchTransform(4, Normalization.ImageNet);
        var output = transform.Apply(full([1, 4, 4, 3], 255, ScalarType.Byte), [AugmentParams.Identity]);
        Assert.Equal((1 - .485) / .229, output[0, 0, 0, 0].item<float>(), 1e-4);
        Assert.Equal((1 - .406) / .225, output[0, 2, 3, 3].item<float>(), 1e-4);
    }

    [Fact]
    public void A_crop_shows_the_part_it_names()
    {
        using var scope = NewDisposeScope();
        var windows = zeros([1, 40, 40, 3], ScalarType.Byte);
        windows.narrow(1, 20, 20).narrow(2, 20, 20).fill_(255); // the lower right quarter is white
        using var transform = new BatchTransform(10, Plain);
        var corner = transform.Apply(windows, [AugmentParams.Identity with { CropArea = .25, CropPlace = (1, 1) }]);
        Assert.Equal(1, corner.narrow(2, 1, 9).narrow(3, 1, 9).min().item<float>(), 1e-4); // but for the edge, where black mixes in
        var opposite = transform.Apply(windows, [AugmentParams.Identity with { CropArea = .25, CropPlace = (0, 0) }]);
        Assert.Equal(0, opposite.narrow(2, 0, 9).narrow(3, 0, 9).max().item<float>(), 1e-4);
    }

    [Fact]
    public void Photos_of_a_batch_do_not_touch_each_other()
    {
        using var scope = NewDisposeScope();
        var windows = randint(0, 256, [3, 24, 24, 3], dtype: ScalarType.Byte);
        AugmentParams[] draws = [.. Enumerable.Range(0, 3).Select(i => AugmentParams.Draw(new AugmentOptions(), 5, 0, (ulong)i))];
        using var transform = new BatchTransform(12, Normalization.ImageNet);
        var together = transform.Apply(windows, draws);
        var alone = transform.Apply(windows.narrow(0, 1, 1), [draws[1]]);
        Assert.True(allclose(together.narrow(0, 1, 1), alone, 1e-5, 1e-6));
    }

    [Fact]
    public void Wrong_shapes_are_refused_before_native_code()
    {
        using var transform = new BatchTransform(4, Plain);
        using var windows = zeros([1, 4, 5, 3], ScalarType.Byte);
        Assert.Throws<ArgumentException>(() => transform.Apply(windows, [AugmentParams.Identity]));
    }
}
