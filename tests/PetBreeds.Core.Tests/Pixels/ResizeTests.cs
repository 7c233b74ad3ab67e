using PetBreeds.Pixels;
using PetBreeds.Pixels.Decoding;
using Xunit;
using GoldenFiles = PetBreeds.Tests.Golden;

namespace PetBreeds.Tests.Pixels.Golden;

public class ResizeTests
{
    /// <summary>Pillow's <c>resize(size, BILINEAR)</c> of photos, wider, taller, larger and smaller than the target.</summary>
    [Fact]
    public void AgreesWithPillow()
    {
        var folder = GoldenFiles.Path("resize");
        var sources = Directory.GetFiles(folder, "*_source.png").Order(StringComparer.Ordinal).ToArray();
        Assert.True(sources.Length >= 4, $"only {sources.Length} photos in {folder}");
        foreach (var path in sources)
        {
            var expected = Photo(path.Replace("_source", "_short224_bilinear", StringComparison.Ordinal));
            var made = Presizer.Resize(Photo(path), 224);
            Assert.Equal((expected.Width, expected.Height), (made.Width, made.Height));
            var differences = expected.Pixels.Zip(made.Pixels, (a, b) => Math.Abs(a - b)).ToArray();
            Assert.True(differences.Max() <= 1, $"{path}: {differences.Max()} of 255 apart");
            Assert.True(differences.Average() < 0.1, $"{path}: {differences.Average()} apart on average");
        }
    }

    private static RgbImage Photo(string path) => PhotoDecoder.Default.Decode(File.ReadAllBytes(path), path);
}
