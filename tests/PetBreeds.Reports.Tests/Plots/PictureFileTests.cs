using PetBreeds.Catalog;
using PetBreeds.Catalog.Files;
using PetBreeds.Reports.Plots;
using PetBreeds.Runs;
using PetBreeds.Runtime;
using SkiaSharp;
using Xunit;

namespace PetBreeds.Tests.Reports.Plots;

/// <summary>What the program draws is known as its own, wherever it lies.</summary>
public sealed class PictureFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("batch.png")]
    [InlineData("batch.jpg")]
    public void A_picture_carries_a_mark_and_is_no_photo(string name)
    {
        var path = Path.Combine(_folder.Path, name);
        PictureFile.Draw(path, 40, 30, canvas => canvas.DrawCircle(20, 15, 9, new SKPaint()));
        using var decoded = SKBitmap.Decode(path);
        Assert.Equal((80, 60, SKColors.Black), (decoded.Width, decoded.Height, decoded.GetPixel(40, 30)));
        var tally = new PassedOverTally();
        Assert.Empty(PhotoFiles.Find(_folder.Path, tally));
        Assert.Equal([new PassedOver("a picture that petbreeds drew", 1, name)], tally.Counts);

        File.WriteAllBytes(path, decoded.Encode(SKEncodedImageFormat.Png, 100).ToArray()); // the same picture from elsewhere
        Assert.Single(PhotoFiles.Find(_folder.Path, new PassedOverTally()));
    }

    [Fact]
    public void A_run_folder_is_known_by_the_files_it_has_from_its_start()
    {
        var run = new RunFolder(_folder.Path);
        foreach (var other in new[] { run.Environment, run.History, run.Model, run.Checkpoint })
            Assert.True(OwnOutput.IsRun(new HashSet<string> { Path.GetFileName(run.Config), Path.GetFileName(other) }), other);
    }

    [Fact]
    public void The_cache_folder_is_known_by_its_place_and_by_its_tag()
    {
        var pixels = CacheFolder.Sub("pixels");
        Assert.True(OwnOutput.IsCache(RealPath.Of(CacheFolder.Root)));
        var cache = Path.GetDirectoryName(pixels)!;
        Assert.Equal("a cache (CACHEDIR.TAG)",
            OtherPrograms.ByContent(cache, new HashSet<string>(Directory.GetFiles(cache).Select(path => Path.GetFileName(path)!))));
    }
}
