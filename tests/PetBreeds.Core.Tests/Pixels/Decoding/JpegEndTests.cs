using PetBreeds.Pixels.Decoding;
using SkiaSharp;
using Xunit;

namespace PetBreeds.Tests.Pixels.Decoding;

/// <summary>A JPEG without its end marker is whole where all of its data are there.</summary>
public class JpegEndTests
{
    [Theory]
#if !IMAGESHARP // ImageSharp 2.1 refuses this one as cut short when only its end marker is
    [InlineData(64, 48)]
#endif
    [InlineData(501, 377)]
    public void Only_the_end_marker_is_missing(int width, int height)
    {
        var jpeg = Photos.Encode(Photos.Quarters(width, height), SKEncodedImageFormat.Jpeg);
        var pixels = Decode(jpeg).Pixels;
        Assert.Equal(pixels, Decode(jpeg[..^2]).Pixels);
        Assert.Equal(pixels, Decode(jpeg[..^1]).Pixels);
        Assert.Equal(pixels, Decode([.. jpeg[..^2], .. new byte[100]]).Pixels);
        Assert.Equal(pixels, Decode([.. jpeg, .. "a video, as phones append"u8]).Pixels);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(40)]
    [InlineData(400)]
    public void Data_are_missing_too(int bytes)
    {
        var jpeg = Photos.Encode(Catalog.Verification.Scene.Draw(3, 160, 120), SKEncodedImageFormat.Jpeg);
        foreach (var cut in new[] { jpeg[..^bytes], [.. jpeg[..^bytes], .. new byte[bytes]] })
            Assert.Equal("the JPEG file is cut short: part of the picture is missing",
                Assert.Throws<UserException>(() => Decode(cut)).Problem);
    }

    /// <summary>A progressive JPEG with one component: the scan of its averages alone is a blurred picture.</summary>
    [Fact]
    public void Scans_of_a_progressive_JPEG_hold_all_bits_or_do_not()
    {
        byte[] header = [0xFF, 0xD8, 0xFF, 0xC2, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0];
        byte[] averages = Scan(0, 0, 1), averagesRefined = Scan(0, 0, 0x10), details = Scan(1, 63, 0);
        Assert.False(JpegStructure.HasAllScans(header));
        Assert.False(JpegStructure.HasAllScans([.. header, .. averages, .. details]));
        Assert.False(JpegStructure.HasAllScans([.. header, .. averages, .. averagesRefined]));
        Assert.True(JpegStructure.HasAllScans([.. header, .. averages, .. details, .. averagesRefined]));

        static byte[] Scan(byte first, byte last, byte bits) => [0xFF, 0xDA, 0, 8, 1, 1, 0, first, last, bits, 0x12, 0xFF, 0, 0x34];
    }

    private static RgbImage Decode(byte[] file) => PhotoDecoder.Default.Decode(file, "here");
}
