using System.Text;
using PetBreeds.Catalog.Verification;
using PetBreeds.Tests.Pixels;
using SkiaSharp;
using Xunit;

namespace PetBreeds.Tests.Catalog.Verification;

public sealed class PhotoInspectorTests : IDisposable
{
    private static readonly string Fixtures = Path.Combine(AppContext.BaseDirectory, "Fixtures", "pixels");

    private readonly string _folder = Directory.CreateTempSubdirectory("petbreeds-inspect-").FullName;

    [Theory]
    [InlineData("cmyk.jpg", "JPEG", (int)PhotoTraits.Cmyk)]
    [InlineData("grey.jpg", "JPEG", (int)PhotoTraits.Greyscale)]
    [InlineData("rgb16.png", "PNG", (int)PhotoTraits.DeepColour)]
    [InlineData("grey16.png", "PNG", (int)(PhotoTraits.DeepColour | PhotoTraits.Greyscale))]
    [InlineData("animated_gif.jpg", "GIF", (int)PhotoTraits.Animated)]
    [InlineData("animated_webp.jpg", "WebP", (int)PhotoTraits.Animated)]
    [InlineData("transparent.gif", "GIF", (int)PhotoTraits.None)]
    [InlineData("alpha.png", "PNG", (int)PhotoTraits.None)]
    [InlineData("alpha.webp", "WebP", (int)PhotoTraits.None)]
    [InlineData("palette.bmp", "BMP", (int)PhotoTraits.None)]
    [InlineData("orientation6.webp", "WebP", (int)PhotoTraits.Turned)]
    [InlineData("orientation6.png", "PNG", (int)PhotoTraits.Turned)]
    public void Tells_what_files_of_other_programs_are(string name, string format, int traits)
    {
        var photo = PhotoInspector.Inspect(Path.Combine(Fixtures, name));
        Assert.Null(photo.Problem);
        Assert.Equal((format, (PhotoTraits)traits), (photo.Format, photo.Traits));
        Assert.True(photo.Width > 0 && photo.Height > 0);
    }

    [Theory]
    [InlineData(1, (int)PhotoTraits.None)]
    [InlineData(2, (int)PhotoTraits.Turned)]
    [InlineData(6, (int)PhotoTraits.Turned)]
    [InlineData(0, (int)PhotoTraits.None)] // not a valid orientation; cameras write it
    public void Tells_EXIF_orientation_of_JPEG(int orientation, int traits)
    {
        var photo = Inspect("photo.jpg", Photos.WithExif(Scene.Jpeg(1), orientation, littleEndian: true));
        Assert.Equal((null, (PhotoTraits)traits), (photo.Problem, photo.Traits));
        Assert.Equal((160, 120), (photo.Width, photo.Height)); // as stored
    }

    [Fact]
    public void Says_what_a_file_is_that_is_no_photo()
    {
        Assert.Equal("the file is empty (0 bytes)", Inspect("empty.jpg", []).Problem);
        Assert.Equal("this is a text file, not a photo", Inspect("text.jpg", Encoding.UTF8.GetBytes("404 not found")).Problem);
        Assert.Equal("the file is of an unsupported kind: HEIC", Inspect("phone.jpg", [0, 0, 0, 24, .. "ftypheic"u8, 0, 0, 0, 0]).Problem);
        Assert.Contains("header cannot be read", Inspect("start.jpg", Scene.Jpeg(1)[..100]).Problem);
        Assert.Equal("there is no such file", PhotoInspector.Inspect(Path.Combine(_folder, "nowhere.jpg")).Problem);
    }

    /// <summary>Large enough that JPEGs are decoded at a quarter of their size: a file cut short must be found all the same.</summary>
    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg, 640)]
    [InlineData(SKEncodedImageFormat.Jpeg, 160)]
    [InlineData(SKEncodedImageFormat.Jpeg, 48)]
    [InlineData(SKEncodedImageFormat.Png, 160)]
    [InlineData(SKEncodedImageFormat.Webp, 160)]
    public void Finds_files_that_are_cut_short(SKEncodedImageFormat format, int width)
    {
        var whole = Photos.Encode(Scene.Draw(2, width, width * 3 / 4), format);
        Assert.Null(Inspect("whole", whole).Problem);
        foreach (var part in new[] { .5, .7, .9, .97 })
        {
            var photo = Inspect("cut", whole[..(int)(whole.Length * part)]);
            Assert.Contains("cut short", photo.Problem);
            Assert.Null(photo.Fingerprint);
        }
    }

    [Fact]
    public void Greyscale_in_three_channels_is_greyscale()
    {
        var image = Scene.Draw(3);
        for (var i = 0; i < image.Pixels.Length; i += 3)
            image.Pixels[i] = image.Pixels[i + 1] = image.Pixels[i + 2];
        Assert.Equal(PhotoTraits.Greyscale, Inspect("grey.png", Photos.Encode(image, SKEncodedImageFormat.Png)).Traits);
        image.Pixels[^1] ^= 8;
        Assert.Equal(PhotoTraits.None, Inspect("one.png", Photos.Encode(image, SKEncodedImageFormat.Png)).Traits);
    }

    /// <summary>Structures cut or changed anywhere: whatever comes out, nothing is thrown.</summary>
    [Fact]
    public void Damaged_headers_never_throw()
    {
        var random = new Random(5);
        foreach (var file in Directory.GetFiles(Fixtures).Where(f => Path.GetExtension(f) != ".json").Select(File.ReadAllBytes))
            for (var i = 0; i < 300; i++)
            {
                var damaged = file[..random.Next(1, file.Length + 1)];
                for (var hit = random.Next(6); hit > 0; hit--)
                    damaged[random.Next(Math.Min(damaged.Length, 200))] = (byte)random.Next(256);
                _ = PhotoTraitReader.Read(damaged);
            }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private PhotoInspection Inspect(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return PhotoInspector.Inspect(path);
    }
}
