using System.Runtime.InteropServices;
using PetBreeds.Batches;
using PetBreeds.Batches.Augmentation;
using PetBreeds.Pixels;
using TorchSharp;
using Xunit;

namespace PetBreeds.Tests.Batches;

/// <summary>The kernel of one core against the tensor operations, which are held to fastai's own output.</summary>
public class PhotoTransformTests
{
    public static TheoryData<string> Draws => ["identity", "flip", "rotate", "zoom", "warp", "crop", "brightness", "contrast"];

    [Theory]
    [MemberData(nameof(Draws))]
    public void Each_step_equals_the_tensor_operations(string step)
    {
        var draw = step switch
        {
            "identity" => AugmentParams.Identity,
            "flip" => AugmentParams.Identity with { Flip = true },
            "rotate" => AugmentParams.Identity with { Rotate = 37 }, // far enough for mirrored corners
            "zoom" => AugmentParams.Identity with { Zoom = 1.7, ZoomCentre = (.1, .8) },
            "warp" => AugmentParams.Identity with { Warp = (.4, -.3) },
            "crop" => AugmentParams.Identity with { CropArea = .4, CropPlace = (.9, .2), Window = .3 },
            "brightness" => AugmentParams.Identity with { Brightness = .61 },
            "contrast" => AugmentParams.Identity with { Contrast = .8 },
            _ => throw new ArgumentOutOfRangeException(nameof(step)),
        };
        AssertEqual((53, 40), 32, draw);
    }

    [Theory]
    [InlineData(40, 40, 40)] // one sample a pixel
    [InlineData(47, 90, 24)] // four, and a portrait
    [InlineData(131, 100, 33)] // nine, and lines that are no multiple of a vector
    [InlineData(20, 20, 31)] // enlarged
    [InlineData(2, 2, 3)]
    public void Any_size_and_draw_equals_the_tensor_operations(int width, int height, int size)
    {
        for (var epoch = 0; epoch < 20; epoch++)
            AssertEqual((width, height), size, AugmentParams.Draw(new AugmentOptions(), 5, epoch, 9));
    }

    [Fact]
    public void A_map_to_nowhere_reads_nothing_outside_the_photo()
    {
        var output = new float[3 * 8 * 8];
        foreach (var warp in new[] { 1.0, 1e9, double.PositiveInfinity, double.NaN })
            new PhotoTransform(8, Normalization.ImageNet).Apply(
                new byte[20 * 20 * 3], (20, 20),
                AugmentParams.Identity with { Warp = (warp, warp), CropPlace = (1e30, -1e30), CropArea = .5 }, output);
        Assert.Throws<ArgumentException>(() => new PhotoTransform(8, Normalization.ImageNet).Apply(
            new byte[20 * 19 * 3], (20, 20), AugmentParams.Identity, output));
    }

    [Fact]
    public void It_allocates_next_to_nothing()
    {
        var (photo, output) = (new byte[60 * 50 * 3], new float[3 * 32 * 32]);
        var transform = new PhotoTransform(32, Normalization.ImageNet);
        var draw = AugmentParams.Draw(new AugmentOptions(), 1, 2, 3);
        transform.Apply(photo, (60, 50), draw, output);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            transform.Apply(photo, (60, 50), draw, output);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 0, 256); // no array, no tensor
    }

    private static void AssertEqual((int Width, int Height) photo, int size, AugmentParams draw)
    {
        var pixels = new byte[photo.Width * photo.Height * 3];
        new Random(3).NextBytes(pixels); // the hardest picture: every neighbour differs
        var actual = new float[3 * size * size];
        new PhotoTransform(size, Normalization.ImageNet).Apply(pixels, photo, draw, actual);

        var side = Math.Min(photo.Width, photo.Height);
        var window = new byte[side * side * 3];
        Window.Copy(pixels, photo, side, draw.Window, window);
        using var scope = torch.NewDisposeScope();
        using var transform = new BatchTransform(size, Normalization.ImageNet);
        var expected = transform.Apply(torch.tensor(window, [1, side, side, 3]), [draw]).data<float>().ToArray();
        var worst = actual.Zip(expected, (a, e) => Math.Abs(a - e)).Max();
        Assert.InRange(worst, 0, 1e-3); // float32 coordinates: 1e-5 of the window's side, times the step between neighbours
        Assert.InRange(actual.Zip(expected, (a, e) => Math.Abs(a - e)).Average(), 0, 5e-5);
        Assert.True(MemoryMarshal.AsBytes(actual.AsSpan()).ContainsAnyExcept((byte)0));
    }
}
