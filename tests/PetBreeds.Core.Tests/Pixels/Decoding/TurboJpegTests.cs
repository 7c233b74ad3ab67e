using PetBreeds.Pixels.Decoding;
using PetBreeds.Tests.Catalog;
using SkiaSharp;
using Xunit;

namespace PetBreeds.Tests.Pixels.Decoding;

public class TurboJpegTests
{
    private const string Missing = "libturbojpeg is not installed";

    [Theory]
    [InlineData(501, 377, null)]
    [InlineData(501, 377, 100)]  // 1/2
    [InlineData(1203, 901, 100)] // 1/8
    [InlineData(17, 33, null)]
    public void PixelsAreThoseOfSkia(int width, int height, int? shortSide)
    {
        Assert.SkipUnless(TurboJpeg.IsInstalled, Missing);
        foreach (var quality in new[] { 30, 95 })
        {
            var file = Photos.Encode(Photos.Quarters(width, height), SKEncodedImageFormat.Jpeg, quality);
            AssertSame(file, shortSide);
        }
    }

    [Fact]
    public void RealPhotosAreTheSameToTheLastBit()
    {
        Assert.SkipUnless(TurboJpeg.IsInstalled, Missing);
        foreach (var path in Directory.EnumerateFiles(OxfordPhotosTests.Assets("oxford-pets/images"), "*.jpg").Order()
            .Where((_, i) => i % 8 == 0))
        {
            AssertSame(File.ReadAllBytes(path), null);
            AssertSame(File.ReadAllBytes(path), 120);
        }
    }

    [Fact]
    public void WhatIsNotPlainIsLeftToSkia()
    {
        Assert.SkipUnless(TurboJpeg.IsInstalled, Missing);
        var whole = Photos.Encode(Photos.Quarters(64, 48), SKEncodedImageFormat.Jpeg);
        Assert.NotNull(TurboJpeg.Decode(whole, 1, 64, 48, 1));
        Assert.Null(TurboJpeg.Decode(whole.AsSpan(..^20), 1, 64, 48, 1));                               // cut short
        Assert.Null(TurboJpeg.Decode([.. whole[..2], .. Profile, .. whole[2..]], 1, 64, 48, 1));        // a colour profile
        Assert.Null(TurboJpeg.Decode(whole, 1, 65, 48, 1));                                             // not the size that was granted
        var cmyk = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", "pixels", "cmyk.jpg"));
        var (width, height) = PhotoDecoder.Default.ReadSize(cmyk, "cmyk.jpg");
        Assert.Null(TurboJpeg.Decode(cmyk, 1, width, height, 1));
    }

    /// <summary>An APP2 segment with the first part of two of a profile.</summary>
    private static byte[] Profile => [0xFF, 0xE2, 0, 16, .. "ICC_PROFILE\0"u8, 1, 2];

    private static void AssertSame(byte[] file, int? shortSide)
    {
        var expected = new SkiaDecoder(turbo: false).Decode(file, "photo", shortSide);
        var actual = new SkiaDecoder().Decode(file, "photo", shortSide);
        Assert.Equal((expected.Width, expected.Height), (actual.Width, actual.Height));
        Assert.True(expected.Pixels.AsSpan().SequenceEqual(actual.Pixels));
    }
}
