using PetBreeds.Pixels;
using PetBreeds.Pixels.Decoding;
using SkiaSharp;
using Xunit;

namespace PetBreeds.Tests.Pixels;

public class PresizerTests
{
    [Theory]
    [InlineData(500, 375, 224, 299, 224)]    // 298.67, rounded to the nearest
    [InlineData(333, 500, 224, 224, 336)]    // 336.34
    [InlineData(100, 100, 460, 460, 460)]
    [InlineData(1, 1, 460, 460, 460)]
    [InlineData(4, 1000, 460, 460, 3680)]    // an extreme panorama keeps 8 times its short side
    [InlineData(1_000_000, 2, 460, 3680, 460)]
    [InlineData(800, 100, 50, 400, 50)]
    public void TheShortSideIsAsAskedAndTheWholeRectangleKept(int width, int height, int shortSide, int expectedWidth, int expectedHeight)
    {
        Assert.Equal((expectedWidth, expectedHeight), Presizer.TargetSize(width, height, shortSide));
        var image = Presizer.Resize(new RgbImage(width, height, Enumerable.Repeat((byte)77, width * height * 3).ToArray()), shortSide);
        Assert.Equal((expectedWidth, expectedHeight), (image.Width, image.Height));
        Assert.Equal(expectedWidth * expectedHeight * 3, image.Pixels.Length);
        Assert.Equal(-1, image.Pixels.AsSpan().IndexOfAnyExcept((byte)77));
    }

    [Fact]
    public void APanoramaKeepsItsMiddle()
    {
        var pixels = new byte[100 * 3 * 4]; // 100×4: columns 34 to 65 are kept
        for (var x = 34; x < 66; x++)
            for (var y = 0; y < 4; y++)
                pixels.AsSpan(((y * 100) + x) * 3, 3).Fill(255);
        var image = Presizer.Resize(new RgbImage(100, 4, pixels), 8);
        Assert.Equal((64, 8), (image.Width, image.Height));
        Assert.Equal(-1, image.Pixels.AsSpan().IndexOfAnyExcept((byte)255));
    }

    [Fact]
    public void PresizeReadsTheFile()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("petbreeds-").FullName, "a photo.gif");
        File.WriteAllBytes(path, Photos.Encode(Photos.Quarters(128, 96), SKEncodedImageFormat.Png));
        var image = Presizer.Presize(path, 48);
        Assert.Equal((64, 48), (image.Width, image.Height));
        Assert.Equal((255, 0, 0), Photos.At(image, 10, 10));
        Assert.Equal((0, 0, 0), Photos.At(image, 54, 38));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void AMissingFileIsNamed()
    {
        var error = Assert.Throws<UserException>(() => Presizer.Presize("no/such/photo.jpg", 48));
        Assert.Equal("no/such/photo.jpg", error.Place);
        Assert.Contains("no such file", error.Problem, StringComparison.Ordinal);
    }
}
