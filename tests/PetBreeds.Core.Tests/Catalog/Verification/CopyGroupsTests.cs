using PetBreeds.Catalog.Verification;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Tests.Pixels;
using SkiaSharp;
using Xunit;

namespace PetBreeds.Tests.Catalog.Verification;

public sealed class CopyGroupsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("petbreeds-copies-").FullName;

    [Fact]
    public void Exact_and_near_copies_make_one_group()
    {
        var photo = Scene.Jpeg(1, 320, 240);
        var groups = Groups(Scene.Jpeg(2), photo, Scene.Jpeg(3), photo, Scene.Copy(photo, .5, 50), Scene.Jpeg(4), Scene.Jpeg(4));
        Assert.Equal(2, groups.Count);
        Assert.Equal([1, 3, 4], groups[0].Photos);
        Assert.Equal([5, 6], groups[1].Photos);
        Assert.Equal([false, true], groups.Select(g => g.Exact));
    }

    [Fact]
    public void Broken_photos_are_copies_of_none() => Assert.Empty(Groups([], [], Scene.Jpeg(1)));

    /// <summary>Plain pictures have noise for a hash: two of them are no copies unless the files are the same.</summary>
    [Fact]
    public void Plain_pictures_are_no_copies()
    {
        static byte[] Plain(byte level) => Scene.Jpeg(new RgbImage(64, 64, [.. Enumerable.Repeat(level, 64 * 64 * 3)]), 90);
        Assert.Empty(Groups(Plain(100), Plain(101), Plain(200), Plain(30)));
        Assert.Single(Groups(Plain(100), Plain(100)));
    }

    [Fact]
    public void Copies_in_another_format_and_grey_are_found()
    {
        var image = Scene.Draw(6, 200, 150);
        var grey = new RgbImage(200, 150,
            [.. image.Pixels.Chunk(3).SelectMany(p => Enumerable.Repeat((byte)((.299 * p[0]) + (.587 * p[1]) + (.114 * p[2])), 3))]);
        var groups = Groups(Scene.Jpeg(image, 90), Photos.Encode(image, SKEncodedImageFormat.Png),
            Photos.Encode(image, SKEncodedImageFormat.Webp),
            Scene.Jpeg(grey, 80));
        Assert.Equal([0, 1, 2, 3], Assert.Single(groups).Photos);
    }

    /// <summary>
    /// Of 60 real photos and a copy of each, scaled and encoded anew in one of three ways, all copies are found and nothing else.
    /// </summary>
    [Fact]
    public void Finds_copies_of_real_photos()
    {
        string[] photos = [.. Directory.GetFiles(OxfordPhotosTests.Assets("oxford-pets/images"), "*_1?.jpg")
            .Order(StringComparer.Ordinal).Take(60)];
        (double Scale, int Quality)[] ways = [(.5, 50), (.8, 75), (1.5, 90)];
        byte[][] originals = [.. photos.Select(File.ReadAllBytes)];
        var groups = Groups([.. originals, .. originals.Select((photo, i) => Scene.Copy(photo, ways[i % 3].Scale, ways[i % 3].Quality))]);
        Assert.Equal(Enumerable.Range(0, originals.Length)
            .Select(i => $"{i} {i + originals.Length}"), groups.Select(g => string.Join(' ', g.Photos)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private IReadOnlyList<CopyGroup> Groups(params byte[][] files) =>
        CopyGroups.Find([.. files.Select((file, i) =>
        {
            var path = Path.Combine(_folder, $"{i}");
            File.WriteAllBytes(path, file);
            return PhotoInspector.Inspect(path).Fingerprint;
        })], TestContext.Current.CancellationToken);
}
