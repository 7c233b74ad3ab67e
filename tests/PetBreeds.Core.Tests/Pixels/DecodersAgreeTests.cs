#if IMAGESHARP
using PetBreeds.Pixels;
using SkiaSharp;
using Xunit;

namespace PetBreeds.Tests.Pixels;

/// <summary>In the build with ImageSharp both decoders are there: their pixels are compared.</summary>
public class DecodersAgreeTests
{
    private static readonly string Fixtures = Path.Combine(AppContext.BaseDirectory, "Fixtures", "pixels");

    /// <summary>How far apart a sample may be: other roundings of the inverse DCT and of enlarged colour (JPEG), of CMYK and of 16 bits.</summary>
    [Theory]
    [InlineData("cmyk.jpg", 8)]
    [InlineData("grey.jpg", 2)]
    [InlineData("rgb16.png", 1)]
    [InlineData("grey16.png", 1)]
    [InlineData("animated_gif.jpg", 0)]
    [InlineData("animated_webp.jpg", 0)]
    [InlineData("alpha.png", 0)]
    [InlineData("alpha.webp", 0)]
    [InlineData("transparent.gif", 0)]
    [InlineData("palette.bmp", 0)]
    [InlineData("adobe_rgb.png", 2)]
    [InlineData("orientation6.webp", 0)]
    [InlineData("orientation6.png", 0)]
    public void Fixtures_look_alike(string name, int most) => AssertAlike(File.ReadAllBytes(Path.Combine(Fixtures, name)), name, most);

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg, 4)]
    [InlineData(SKEncodedImageFormat.Png, 0)]
    [InlineData(SKEncodedImageFormat.Webp, 4)]
    public void Pictures_look_alike(SKEncodedImageFormat format, int most) =>
        AssertAlike(Photos.Encode(Photos.Quarters(200, 152), format), format.ToString(), most);

    [Fact]
    public void Tiff_is_read_in_this_build()
    {
        using var image = new SixLabors.ImageSharp.Image<SixLabors.ImageSharp.PixelFormats.Rgb24>(7, 5, new(10, 20, 30));
        using var file = new MemoryStream();
        image.Save(file, new SixLabors.ImageSharp.Formats.Tiff.TiffEncoder());
        var read = PhotoDecoder.Default.Decode(file.ToArray(), "here");
        Assert.Equal((7, 5), (read.Width, read.Height));
        Assert.Equal((10, 20, 30), Photos.At(read, 6, 4));
    }

    private static void AssertAlike(byte[] file, string name, int most)
    {
        var (skia, sharp) = (new SkiaDecoder(turbo: false).Decode(file, name), new ImageSharpDecoder().Decode(file, name));
        Assert.Equal((skia.Width, skia.Height), (sharp.Width, sharp.Height));
        int[] apart = [.. skia.Pixels.Zip(sharp.Pixels, (a, b) => Math.Abs(a - b))];
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: mean {apart.Average():F3}, most {apart.Max()}");
        Assert.True(apart.Max() <= most, $"{name}: {apart.Max()} apart");
    }
}
#endif
