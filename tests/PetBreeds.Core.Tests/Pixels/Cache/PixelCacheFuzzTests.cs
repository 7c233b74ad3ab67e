using System.Security.Cryptography;
using PetBreeds.Pixels.Cache;
using Xunit;

namespace PetBreeds.Tests.Pixels.Cache;

/// <summary>
/// A damaged cache gives the right pixels, made again where need be, or an error: never wrong ones (see <see cref="Fuzz"/>).
/// </summary>
public class PixelCacheFuzzTests
{
    private const string Settings = "settings";

    [Theory]
    [InlineData("index", false)]
    [InlineData("index", true)] // with a right hash: a hostile cache
    [InlineData("*.pixels", false)]
    public void Mutations_give_the_right_pixels(string pattern, bool rehashed)
    {
        using var data = new DataSet(photos: 3);
        data.Open().Dispose();
        var whole = data.CacheFiles("*").ToDictionary(f => f, File.ReadAllBytes);
        var expected = Enumerable.Range(0, 3).Select(i => PixelCacheTests.Expected(data, i)).ToList();
        var target = data.CacheFiles(pattern).Single();
        Fuzz.Run($"cache, {pattern}{(rehashed ? " rehashed" : "")}", rehashed ? whole[target][..^32] : whole[target], 15, mutated =>
        {
            foreach (var file in data.CacheFiles("*").ToList())
                File.Delete(file);
            foreach (var (file, bytes) in whole)
                File.WriteAllBytes(file, file != target ? bytes : rehashed ? [.. mutated, .. SHA256.HashData(mutated)] : mutated);
            using var cache = data.Open();
            Assert.True(rehashed || cache.Bad.Count == 0);
            foreach (var i in Enumerable.Range(0, 3).Except(cache.Bad.Select(b => b.Index)))
            {
                // first: a wrong size is found by reading them
                Assert.True(cache.Pixels(i).AsSpan().SequenceEqual(expected[i].Pixels), "wrong pixels");
                Assert.Equal((expected[i].Width, expected[i].Height), cache.Size(i));
            }
        });
    }

    [Fact]
    public void A_rehashed_index_is_read_or_passed_over()
    {
        CachedPhoto[] photos = [.. Enumerable.Range(0, 4)
            .Select(i => new CachedPhoto($"a/{i}.jpg", $"/data/a/{i}.jpg", new FileStamp(100, 200),
            "0123456789abcdef.pixels", 3000L * i, 40, 25, 7, i == 3 ? "damaged" : null))];
        var body = PixelCacheIndex.Write(Settings, photos)[..^32];
        var (passedOver, read) = (0, 0);
        Fuzz.Run("index alone", body, 1, mutated =>
        {
            if (PixelCacheIndex.Read([.. mutated, .. SHA256.HashData(mutated)], Settings) is not { } found)
                passedOver++;
            else if (++read > 0)
                Assert.All(found, p => Assert.True(p.Bad is not null
                    || (p is { Offset: >= 0, Bytes: > 0 } && Path.GetFileName(p.Segment) == p.Segment)));
        });
        Assert.True(read > 0 && passedOver > 0);
    }
}
