using System.Buffers.Binary;
using PetBreeds.Catalog.Verification;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Tests.Models.Weights;
using SkiaSharp;
using Xunit;

namespace PetBreeds.Tests.Pixels.Decoding;

/// <summary>Damaged photos are decoded or refused (see <see cref="Fuzz"/>), and whatever reads their headers is not misled.</summary>
public class PhotoFuzzTests
{
    private static readonly string Fixtures = Path.Combine(AppContext.BaseDirectory, "Fixtures", "pixels");

    [Theory]
    [InlineData("exif.jpg", 4)]
    [InlineData("cmyk.jpg", 8)]
    [InlineData("exif.png", 4)]
    [InlineData("rgb16.png", 8)]
#if !IMAGESHARP // it makes a lossless WebP's tables before it reads what is in them: gigabytes and half a minute for 98 bytes
    [InlineData("exif.webp", 8)]
#endif
    [InlineData("lossy.webp", 8)]
    [InlineData("animated_gif.jpg", 4)]
    [InlineData("palette.bmp", 4)]
    public void Mutations_decode_or_are_refused(string name, int share)
    {
        using var scratch = new ScratchFile();
        var (decoded, refused) = Fuzz.Run(name, Original(name), share, mutated =>
        {
            var file = PhotoFormat.IsPng(mutated) && mutated.Length % 2 == 0 ? WithChecksums(mutated) : mutated;
            ReadHeaders(file);
            File.WriteAllBytes(scratch.Path, file);
            var inspection = PhotoInspector.Inspect(scratch.Path);
            var image = PhotoDecoder.Default.Decode(file, "here");
            Assert.Equal((long)image.Width * image.Height * 3, image.Pixels.Length);
            Assert.Null(inspection.Problem);
            Assert.Equal(PhotoDecoder.Default.ReadSize(file, "here"), (inspection.Width, inspection.Height));
        }, mostBytes: MostBytes(name));
        Assert.True(decoded > 0 && refused > 0, $"{decoded} decoded, {refused} refused");
    }

    /// <summary>Four bytes a pixel where it is decoded and three where it is kept, twice; a WebP of one colour may have any size.</summary>
    private static long MostBytes(string name)
    {
        var original = Original(name);
        var bound = PhotoFormat.IsWebP(original) ? null : PhotoFormat.MostPixelsPerByte(original) * 2 * original.Length;
        return (4 << 20) + (14 * Math.Min(PhotoDecoder.MaxPixels, bound ?? PhotoDecoder.MaxPixels));
    }

    /// <summary>The parsers written by hand, which damage must not stop.</summary>
    private static void ReadHeaders(byte[] file)
    {
        Assert.InRange(ExifOrientation.Read(file), 1, 8);
        Assert.InRange(ExifOrientation.FromTiff(file), 1, 8);
        _ = PetBreeds.Catalog.Verification.PhotoTraitReader.Read(file);
        Assert.NotEmpty(PhotoFormat.NotAPhoto(file, "here").Problem);
        try
        {
            Assert.NotEmpty(PetBreeds.Pixels.Decoding.PhotoHeader.Read(file, "here").OrientationText);
        }
        catch (UserException e)
        {
            Assert.Equal("here", e.Place);
        }
    }

    private static byte[] Original(string name)
    {
        var picture = Photos.Quarters(48, 32);
        switch (name)
        {
            case "exif.jpg":
                return Photos.WithExif(Photos.Encode(picture, SKEncodedImageFormat.Jpeg), 6, littleEndian: true);
            case "exif.png":
                var png = Photos.Encode(picture, SKEncodedImageFormat.Png);
                return [.. png.AsSpan(0, 33), .. Photos.Chunk("eXIf"u8, Photos.Tiff(6, littleEndian: false)), .. png.AsSpan(33)];
            case "lossy.webp":
                return Photos.Encode(picture, SKEncodedImageFormat.Webp);
            default:
                return File.ReadAllBytes(Path.Combine(Fixtures, name == "exif.webp" ? "orientation6.webp" : name));
        }
    }

    /// <summary>A PNG whose chunks have right checksums again: otherwise damage would seldom get past them.</summary>
    private static byte[] WithChecksums(byte[] png)
    {
        List<byte> mended = [.. png.AsSpan(0, 8)];
        var rest = png.AsSpan(8);
        while (rest.Length >= 12 && BinaryPrimitives.ReadUInt32BigEndian(rest) is var length && length <= rest.Length - 12)
        {
            mended.AddRange(Photos.Chunk(rest[4..8], rest.Slice(8, (int)length)));
            rest = rest[((int)length + 12)..];
        }
        return [.. mended, .. rest];
    }
}
