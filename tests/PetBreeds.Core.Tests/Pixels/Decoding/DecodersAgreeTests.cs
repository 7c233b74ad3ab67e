#if IMAGESHARP
using PetBreeds.Pixels.Decoding;
using PetBreeds.Tests.Catalog;
using SkiaSharp;
using Xunit;

namespace PetBreeds.Tests.Pixels.Decoding;

/// <summary>In the build with ImageSharp both decoders are there: their pixels are compared.</summary>
public class DecodersAgreeTests
{
    private static readonly string Fixtures = Path.Combine(AppContext.BaseDirectory, "Fixtures", "pixels");

    /// <summary>
    /// How far apart a sample may be: other roundings of the inverse DCT and of enlarged colour (JPEG), of CMYK and of 16 bits.
    /// </summary>
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

    /// <summary>Lossy: both round each of the steps from coefficients to samples to colours for themselves.</summary>
    [Theory]
    [InlineData(SKJpegEncoderDownsample.Downsample444)]
    [InlineData(SKJpegEncoderDownsample.Downsample420)]
    public void Smooth_jpegs_look_alike(SKJpegEncoderDownsample colour)
    {
        using var bitmap = new SKBitmap(200, 152, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (var y = 0; y < bitmap.Height; y++)
            for (var x = 0; x < bitmap.Width; x++)
                bitmap.SetPixel(x, y, new SKColor((byte)(x + 20), (byte)(y + 50), (byte)((x + y) / 2)));
        using var pixels = bitmap.PeekPixels();
        using var file = pixels!.Encode(new SKJpegEncoderOptions(92, colour, SKJpegEncoderAlphaOption.Ignore));
        AssertAlike(file!.ToArray(), $"{colour}", 4);
    }

    /// <summary>
    /// Where colour is stored at half its size, as in most JPEGs, Skia interpolates it and ImageSharp repeats it: at a hard edge of colours
    /// the pixels beside it differ by half of it. An edge within a block is felt in all of it (16 pixels); beyond it there is no
    /// difference.
    /// </summary>
    [Fact]
    public void Hard_edges_of_colour_differ_within_their_blocks_alone()
    {
        var file = Photos.Encode(Photos.Quarters(200, 152), SKEncodedImageFormat.Jpeg);
        var (skia, sharp) = (new SkiaDecoder(turbo: false).Decode(file, "here"), new ImageSharpDecoder().Decode(file, "here"));
        for (var y = 0; y < skia.Height; y++)
            for (var x = 0; x < skia.Width; x++)
            {
                var ((r, g, b), (r2, g2, b2)) = (Photos.At(skia, x, y), Photos.At(sharp, x, y));
                var most = Math.Abs(x - 99.5) < 16 || Math.Abs(y - 75.5) < 16 ? 128 : 4;
                Assert.True(Math.Max(Math.Abs(r - r2), Math.Max(Math.Abs(g - g2), Math.Abs(b - b2))) <= most,
                    $"{x}, {y}: {(r, g, b)} and {(r2, g2, b2)}");
            }
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png, 0)]
    [InlineData(SKEncodedImageFormat.Webp, 4)]
    public void Pictures_look_alike(SKEncodedImageFormat format, int most) =>
        AssertAlike(Photos.Encode(Photos.Quarters(200, 152), format), format.ToString(), most);

    [Fact]
    public void Real_photos_look_alike()
    {
        string[] photos = [.. Directory.EnumerateFiles(OxfordPhotosTests.Assets("oxford-pets/images"), "*.jpg").Order()
            .Where((_, i) => i % 60 == 0)];
        Assert.All(photos, path =>
        {
            var apart = Apart(File.ReadAllBytes(path), path);
            Assert.True(apart.Average() < 1.5, $"{path}: mean {apart.Average():F2}");
        });
    }

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
        var apart = Apart(file, name);
        Assert.True(apart.Max() <= most, $"{name}: {apart.Max()} apart");
    }

    private static int[] Apart(byte[] file, string name)
    {
        var (skia, sharp) = (new SkiaDecoder(turbo: false).Decode(file, name), new ImageSharpDecoder().Decode(file, name));
        Assert.Equal((skia.Width, skia.Height), (sharp.Width, sharp.Height));
        return [.. skia.Pixels.Zip(sharp.Pixels, (a, b) => Math.Abs(a - b))];
    }
}
#endif
