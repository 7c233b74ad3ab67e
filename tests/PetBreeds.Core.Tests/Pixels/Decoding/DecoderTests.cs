using System.Text.Json;
using PetBreeds.Pixels;
using PetBreeds.Pixels.Decoding;
using SkiaSharp;
using Xunit;

namespace PetBreeds.Tests.Pixels.Decoding;

public class DecoderTests
{
    private static readonly string Fixtures = Path.Combine(AppContext.BaseDirectory, "Fixtures", "pixels");

    /// <summary>Files made with Pillow and what Pillow reads in them (LittleCMS for the profile, alpha laid over white).</summary>
    [Theory]
    [InlineData("cmyk.jpg", 6)]
    [InlineData("grey.jpg", 2)]
    [InlineData("rgb16.png", 1)]
    [InlineData("grey16.png", 1)]
    [InlineData("animated_gif.jpg", 0)]
    [InlineData("animated_webp.jpg", 0)]
    [InlineData("alpha.png", 1)]
    [InlineData("alpha.webp", 1)]
    [InlineData("transparent.gif", 0)]
    [InlineData("palette.bmp", 0)]
    [InlineData("adobe_rgb.png", 3)]
    [InlineData("orientation6.webp", 0)]
    [InlineData("orientation6.png", 0)]
    public void ReadsEveryKindOfPhotoAsPillowDoes(string name, int tolerance)
    {
        var image = Decode(File.ReadAllBytes(Path.Combine(Fixtures, name)));
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Fixtures, "expected.json")));
        var expected = json.RootElement.GetProperty(name);
        Assert.Equal((expected.GetProperty("width").GetInt32(), expected.GetProperty("height").GetInt32()), (image.Width, image.Height));
        foreach (var point in expected.GetProperty("points").EnumerateArray())
        {
            var (r, g, b) = Photos.At(image, point.GetProperty("x").GetInt32(), point.GetProperty("y").GetInt32());
            var rgb = point.GetProperty("rgb");
            int[] apart = [r - rgb[0].GetInt32(), g - rgb[1].GetInt32(), b - rgb[2].GetInt32()];
            Assert.True(apart.All(d => Math.Abs(d) <= tolerance), $"{point} but ({r}, {g}, {b})");
        }
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8)]
    public void EveryOrientationGivesTheUprightPicture(int orientation)
    {
        var upright = Photos.Quarters();
        var stored = Photos.Store(upright, orientation);
        var jpeg = Photos.Encode(stored, SKEncodedImageFormat.Jpeg);
        AssertClose(upright, Decode(Photos.WithExif(jpeg, orientation, littleEndian: true)));
        AssertClose(upright, Decode(Photos.WithExif(jpeg, orientation, littleEndian: false)));

        var png = Photos.Encode(stored, SKEncodedImageFormat.Png);
        var chunk = Photos.Chunk("eXIf"u8, Photos.Tiff(orientation, littleEndian: false));
        Assert.Equal(upright.Pixels, Decode([.. png.AsSpan(0, 33), .. chunk, .. png.AsSpan(33)]).Pixels); // after IHDR
        var end = png.Length - 12; // of IEND
        Assert.Equal(upright.Pixels, Decode([.. png.AsSpan(0, end), .. chunk, .. png.AsSpan(end)]).Pixels);
    }

    [Theory]
    [InlineData("II*\0\xFF\xFF\xFF\xFF\u0001\0")]
    [InlineData("MM\0*\0\0\0\x08\0\x09\x01\x12")]
    [InlineData("")]
    public void DamagedExifCountsAsNone(string latin1) =>
        Assert.Equal(1, ExifOrientation.FromTiff(System.Text.Encoding.Latin1.GetBytes(latin1)));

    [Fact]
    public void EveryWayToCutAPhotoShortIsAnErrorOfTheUser()
    {
        foreach (var format in new[] { SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Png, SKEncodedImageFormat.Webp })
        {
            var file = Photos.Encode(Photos.Quarters(640, 480), format);
            foreach (var part in new[] { 0.03, 0.5, 0.95 })
            {
                var cut = file[..Math.Max(12, (int)(file.Length * part))];
                var error = Assert.Throws<UserException>(() => Decode(cut));
                Assert.Matches("cut short|damaged", error.Problem);
            }
        }
    }

    [Fact]
    public void EachWrongFileHasItsOwnReason()
    {
        AssertRefused([], "empty");
        AssertRefused("a,b\n1,2\n"u8, "text file");
        AssertRefused("\0\0\0\u0018ftypheic\0\0\0\0"u8, "HEIC");
        AssertRefused("\0\0\0\u0018ftypavif\0\0\0\0"u8, "AVIF");
#if IMAGESHARP
        AssertRefused("\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x20\0\x04\0\0\0\x16\0\0\0"u8, "ICO");
#else
        AssertRefused("II*\0\x08\0\0\0"u8, "TIFF");
#endif
        AssertRefused("%PDF-1.7\n"u8, "PDF");
        AssertRefused([1, 2, 3, 4, 5], "not a photo of a known format");

        static void AssertRefused(ReadOnlySpan<byte> file, string reason)
        {
            var bytes = file.ToArray();
            var error = Assert.Throws<UserException>(() => Decode(bytes));
            Assert.Contains(reason, error.Problem, StringComparison.Ordinal);
            Assert.Equal("here", error.Place);
            Assert.NotNull(error.Remedy);
        }
    }

    [Fact]
    public void ABombIsRefusedBeforeItTakesMemory()
    {
        var file = Photos.PngHeader(30_000, 30_000);
        var before = Environment.WorkingSet;
        var error = Assert.Throws<UserException>(() => Decode(file));
        Assert.Contains("30000 × 30000", error.Problem, StringComparison.Ordinal);
        Assert.True(Environment.WorkingSet - before < 200 << 20, "memory was taken for the declared size");
    }

    [Fact]
    public void MorePixelsThanTheFileCanHoldAreRefused()
    {
        var file = Photos.PngHeader(10_000, 10_000);
        var error = Assert.Throws<UserException>(() => Decode(file));
        Assert.Equal($"the PNG file is damaged or cut short: {file.Length} bytes cannot hold the 10000 × 10000 pixels it claims",
            error.Problem);
        Assert.NotNull(error.Remedy);
    }

    [Theory]
    [InlineData(800, 600, 100, 133, 100)] // 1/4 would do: 150 covers 100, 75 does not
    [InlineData(800, 600, 460, 613, 460)]
    public void ScaledDecodingCoversTheTargetAndChangesLittle(int width, int height, int shortSide, int expectedWidth, int expectedHeight)
    {
        var file = Photos.Encode(Photos.Quarters(width, height), SKEncodedImageFormat.Jpeg);
        var scaled = PhotoDecoder.Default.Decode(file, "here", shortSide);
        Assert.True(Math.Min(scaled.Width, scaled.Height) >= shortSide);
        var presized = Presizer.Resize(scaled, shortSide);
        Assert.Equal((expectedWidth, expectedHeight), (presized.Width, presized.Height));
        var full = Presizer.Resize(Decode(file), shortSide);
        Assert.True(full.Pixels.Zip(presized.Pixels, (a, b) => Math.Abs(a - b)).Average() < 1.5);
    }

    [Theory]
    [InlineData(800, 600, 100, 4), InlineData(800, 600, 75, 8), InlineData(800, 600, 460, 1), InlineData(9000, 8000, 10, 8)]
    [InlineData(800, 600, null, 1)]
    public void TheReductionIsTheLargestThatCovers(int width, int height, int? shortSide, int expected) =>
        Assert.Equal(expected, PhotoDecoder.JpegReduction(width, height, shortSide));

    private static RgbImage Decode(byte[] file) => PhotoDecoder.Default.Decode(file, "here");

    private static void AssertClose(RgbImage expected, RgbImage actual)
    {
        Assert.Equal((expected.Width, expected.Height), (actual.Width, actual.Height));
        Assert.True(expected.Pixels.Zip(actual.Pixels, (a, b) => Math.Abs(a - b)).Average() < 6, "another picture");
    }
}
