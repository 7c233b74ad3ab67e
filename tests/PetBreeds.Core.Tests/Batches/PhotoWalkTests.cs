using PetBreeds.Batches;
using PetBreeds.Batches.Augmentation;
using PetBreeds.Batches.Walkthrough;
using PetBreeds.Catalog;
using PetBreeds.Pixels;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Tests.Pixels;
using SkiaSharp;
using TorchSharp;
using Xunit;

namespace PetBreeds.Tests.Batches;

public sealed class PhotoWalkTests : IDisposable
{
    private static readonly string[] Names =
        ["read", "header", "decode", "presize", "window", "batch", "float", "augment", "lighting", "normalise", "label"];
    private static readonly Preprocessing Sizes = new(40, 32, Normalization.ImageNet);
    private readonly string _folder = Directory.CreateTempSubdirectory("petbreeds-walk-").FullName;

    [Fact]
    public void Every_step_is_noted_and_takes_what_the_one_before_gave()
    {
        var steps = Walk(Write("photo.jpg", Jpeg()));
        Assert.Equal(Names, steps.Select(step => step.Name));
        Assert.All(steps, step => Assert.Null(step.Failure));
        foreach (var (before, after) in steps.Zip(steps.Skip(1)).Where(pair => pair.First.Name is not ("read" or "header" or "normalise")))
        {
            Assert.Equal(before.Out!.Shape!, after.In.Shape!);
            Assert.Equal((before.Out.Min, before.Out.Max), (after.In.Min, after.In.Max));
        }
        Assert.Equal("uint8 [48, 64, 3]", Step(steps, "decode").Out!.ToString());
        Assert.Equal("uint8 [40, 53, 3]", Step(steps, "presize").Out!.ToString());
        Assert.Equal("uint8 [1, 40, 40, 3]", Step(steps, "batch").Out!.ToString());
        Assert.Equal("float32 [1, 3, 40, 40]", Step(steps, "float").Out!.ToString());
        Assert.Equal("float32 [1, 3, 32, 32]", Step(steps, "normalise").Out!.ToString());
        Assert.Equal("dog", Step(steps, "label").Out!.ToString());
    }

    [Fact]
    public void The_last_numbers_are_those_of_the_transform_that_trains()
    {
        var path = Write("photo.jpg", Jpeg());
        var draw = AugmentParams.Draw(new AugmentOptions { LightingProbability = 1 }, 3, 0, 7);
        var steps = new PhotoWalk(new PhotoItem(path, "photo.jpg", 1, Split.Train), ["cat", "dog"], Sizes, draw).Follow();
        var presized = Presizer.Presize(path, Sizes.Presize);
        var window = new byte[40 * 40 * 3];
        Window.Copy(presized.Pixels, (presized.Width, presized.Height), 40, draw.Window, window);
        using var scope = torch.NewDisposeScope();
        using var transform = new BatchTransform(Sizes.Size, Sizes.Normalization);
        var expected = transform.Apply(torch.tensor(window, [1, 40, 40, 3]), [draw]);
        var last = Step(steps, "normalise").Out!;
        Assert.Equal(expected.min().item<float>(), last.Min!.Value, 1e-3);
        Assert.Equal(expected.max().item<float>(), last.Max!.Value, 1e-3);
        var shown = TensorPictures.ToImages(TensorPictures.Denormalise(expected, Sizes.Normalization))[0].Pixels;
        Assert.All(shown.Zip(Step(steps, "lighting").Picture!.Pixels), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
    }

    [Theory]
    [InlineData("truncated", "decode", "cut short")]
    [InlineData("text", "header", "text file")]
    [InlineData("empty", "header", "empty")]
    [InlineData("missing", "read", "no such file")]
    [InlineData("label", "label", "no label")]
    public void The_first_step_that_fails_is_the_last_and_says_why(string fault, string step, string reason)
    {
        byte[] bytes = fault switch
        {
            "truncated" => Noise()[..^1000],
            "text" => "hello, this is no photo"u8.ToArray(),
            "empty" => [],
            _ => Jpeg(),
        };
        var path = Write("photo.jpg", bytes);
        if (fault == "missing")
            File.Delete(path);
        var steps = Walk(path, fault == "label" ? -1 : 1);
        Assert.Equal(step, steps[^1].Name);
        Assert.Contains(reason, steps[^1].Failure!.Problem);
        Assert.Null(steps[^1].Out);
        Assert.Equal(Names.TakeWhile(name => name != step), steps.SkipLast(1).Select(before => before.Name));
    }

    [Fact]
    public void A_turned_photo_is_said_to_be_and_comes_out_upright()
    {
        var steps = Walk(Write("photo.jpg",
            Photos.WithExif(Photos.Encode(Photos.Store(Photos.Quarters(), 6), SKEncodedImageFormat.Jpeg), 6, true)));
        Assert.Equal("JPEG 48×64", Step(steps, "header").Out!.Text);
        Assert.Contains("clockwise", Step(steps, "header").Did);
        Assert.Equal([48, 64, 3], Step(steps, "decode").Out!.Shape!);
    }

    [Fact]
    public void Small_photos_and_misleading_names_are_warned_of()
    {
        var steps = Walk(Write("photo.jpg", Photos.Encode(Photos.Quarters(24, 18), SKEncodedImageFormat.Png)));
        Assert.Contains("a PNG named .jpg", Step(steps, "header").Warning);
        Assert.Contains("smaller than the network's input (32)", Step(steps, "presize").Warning);
        Assert.All(steps, step => Assert.Null(step.Failure));
        var ordinary = Walk(Write("good.jpg", Jpeg()));
        Assert.All(ordinary, step => Assert.Null(step.Warning));
    }

    [Fact]
    public void What_the_window_gives_on_is_outlined()
    {
        var path = Write("photo.jpg", Jpeg());
        var draw = AugmentParams.Identity with { CropArea = .25 };
        var steps = new PhotoWalk(new PhotoItem(path, "photo.jpg", 0, Split.Train), ["cat", "dog"], Sizes, draw).Follow();
        Assert.Equal([(6f, 0f), (46f, 0f), (46f, 40f), (6f, 40f)], Step(steps, "presize").Taken!); // 40 of 53 pixels, in the middle
        var taken = Step(steps, "window").Taken!;
        Assert.Equal(10, taken.Min(p => p.X), .5); // half the side, in the middle
        Assert.Equal(30, taken.Max(p => p.X), .5);
        Assert.Equal(30, taken.Max(p => p.Y), .5);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static IReadOnlyList<WalkStep> Walk(string path, int label = 1) =>
        new PhotoWalk(new PhotoItem(path, "photo.jpg", label, Split.Train), ["cat", "dog"], Sizes, new AugmentOptions(), 1).Follow();

    private static WalkStep Step(IReadOnlyList<WalkStep> steps, string name) => steps.Single(step => step.Name == name);

    private static byte[] Jpeg() => Photos.Encode(Photos.Quarters(), SKEncodedImageFormat.Jpeg);

    private static byte[] Noise()
    {
        var image = new RgbImage(64, 48, new byte[64 * 48 * 3]);
        new Random(1).NextBytes(image.Pixels);
        return Photos.Encode(image, SKEncodedImageFormat.Jpeg);
    }

    private string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
