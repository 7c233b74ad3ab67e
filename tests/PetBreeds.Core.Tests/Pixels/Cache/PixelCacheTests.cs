using Microsoft.Extensions.Time.Testing;
using PetBreeds.Pixels;
using PetBreeds.Pixels.Cache;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Runtime;
using Xunit;

namespace PetBreeds.Tests.Pixels.Cache;

public class PixelCacheTests
{
    [Fact]
    public void HoldsThePresizedPixelsAndDecodesOnce()
    {
        using var data = new DataSet(photos: 9);
        data.Add($"ü 犬 {new string('x', 180)}.jpg", 77);
        var first = new CountingDecoder();
        AssertHoldsTheFiles(data, first);
        AssertHoldsTheFiles(data, second: new CountingDecoder(), expectedDecodes: 0);
        Assert.Equal(10, first.Decoded);
    }

    [Fact]
    public void RedoesOnlyWhatChanged()
    {
        using var data = new DataSet(photos: 6);
        data.Open().Dispose();
        DataSet.Write(data.Photos[1], seed: 101); // another picture
        var path = data.Photos[2].Path;
        File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddHours(-1)); // older counts as changed, too
        data.Add("breed 0/new.jpg", 55);
        AssertHoldsTheFiles(data, second: new CountingDecoder(), expectedDecodes: 3);
        data.Photos.RemoveAt(0);
        AssertHoldsTheFiles(data, second: new CountingDecoder(), expectedDecodes: 0);
    }

    [Fact]
    public void AnotherShortSideOrDecoderHasPixelsOfItsOwn()
    {
        using var data = new DataSet(photos: 4);
        data.Open().Dispose();
        var smaller = new CountingDecoder();
        using (var cache = data.Open(smaller, shortSide: 16))
            Assert.Equal(16, Math.Min(cache.Size(0).Width, cache.Size(0).Height));
        Assert.Equal(4, smaller.Decoded);
        var other = new CountingDecoder(name: "other");
        AssertHoldsTheFiles(data, other);
        Assert.Equal(4, other.Decoded);
        AssertHoldsTheFiles(data, second: new CountingDecoder(), expectedDecodes: 0); // the first is still there
    }

    [Fact]
    public void BadPhotosAreListedAndTheOthersGoOn()
    {
        using var data = new DataSet(photos: 5);
        File.WriteAllText(data.Photos[1].Path, "not a photo\n");
        File.WriteAllBytes(data.Photos[2].Path, []);
        File.Delete(data.Photos[3].Path);
        var decoder = new CountingDecoder();
        using (var cache = data.Open(decoder))
        {
            Assert.Equal([1, 2, 3], cache.Bad.Select(b => b.Index));
            Assert.Contains("text file", cache.Bad[0].Reason, StringComparison.Ordinal);
            Assert.Contains("empty", cache.Bad[1].Reason, StringComparison.Ordinal);
            Assert.Contains("no such file", cache.Bad[2].Reason, StringComparison.Ordinal);
            Assert.Equal(Expected(data, 4).Pixels, cache.Pixels(4).ToArray());
            Assert.False(cache.Read(1, static (_, _, _) => Assert.Fail("nothing to show")));
        }
        Assert.Equal(4, decoder.Decoded);

        var again = new CountingDecoder();
        using (var cache = data.Open(again))
            Assert.Equal(3, cache.Bad.Count);
        Assert.Equal(0, again.Decoded); // what is wrong with them is remembered
        DataSet.Write(data.Photos[1], 1);
        DataSet.Write(data.Photos[3], 3);
        using (var cache = data.Open(again))
            Assert.Equal([2], cache.Bad.Select(b => b.Index));
        Assert.Equal(2, again.Decoded);
    }

    [Fact]
    public void APassThatIsBrokenOffKeepsWhatWasMade()
    {
        using var data = new DataSet(photos: 12);
        var first = new CountingDecoder();
        using (var cache = data.OpenOnly(first))
            cache.Read(cache.Count - 1, static (_, _, _) => { });
        Assert.InRange(first.Decoded, 8, 9); // those whose time was taken, and one
        AssertHoldsTheFiles(data, second: new CountingDecoder(), expectedDecodes: 12 - first.Decoded);
    }

    [Fact]
    public void AnUnexpectedFailureStopsAndKeepsWhatWasMade()
    {
        using var data = new DataSet(photos: 12);
        var failing = new CountingDecoder(count => { if (count == 11) throw new InvalidTimeZoneException("unforeseen"); });
        Assert.IsType<InvalidTimeZoneException>(Assert.Throws<AggregateException>(() => data.Open(failing)).InnerExceptions[0]);
        var second = new CountingDecoder();
        AssertHoldsTheFiles(data, second);
        Assert.InRange(second.Decoded, 1, 3);
    }

    [Fact]
    public void ThePlanTellsTheCost()
    {
        using var data = new DataSet(photos: 20);
        using (var cache = data.OpenOnly())
        {
            Assert.Equal(12, cache.Missing); // eight were made to take their time
            var bytes = Enumerable.Range(0, 20).Sum(i => (long)cache.Pixels(i).Length);
            Assert.Equal((20, bytes, true), (cache.Plan!.Photos, cache.Plan.Bytes, cache.Plan.Kept));
            Assert.True(cache.Plan.Work > TimeSpan.Zero);
            Assert.StartsWith(data.CacheFolder, cache.Plan.Folder);
        }
        using var again = data.OpenOnly();
        Assert.Null(again.Plan);
        Assert.Equal(0, again.Missing);
    }

    [Fact]
    public void PixelsMadeInThisRunAreReadBackBeforeAndAfterTheyAreMapped()
    {
        using var data = new DataSet(photos: 10);
        var decoder = new CountingDecoder();
        using var cache = data.OpenOnly(decoder);
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 10; i++)
                Assert.Equal(Expected(data, i).Pixels, cache.Pixels(i));
            if (round > 0)
                cache.CatchUp();
        }
        Assert.Equal(10, decoder.Decoded);
    }

    [Fact]
    public void WhatAnotherRunAddsToASegmentThatIsMappedAlreadyIsTakenOver()
    {
        using var data = new DataSet(photos: 12);
        using var first = data.OpenOnly(); // makes eight, to take their time
        first.CatchUp(); // publishes them
        using var second = data.OpenOnly();
        for (var i = 0; i < 11; i++)
            Assert.True(first.Read(i, (_, _, _) => { }));
        first.CatchUp();
        second.CatchUp();
        Assert.Equal(1, second.Missing);
        for (var i = 0; i < 12; i++)
            Assert.Equal(Expected(data, i).Pixels, second.Pixels(i).ToArray());
    }

    [Fact]
    public void AFullDiskIsToldWithWhatHelpsAgainstIt()
    {
        using var data = new DataSet(photos: 1);
        var store = new PixelStore(data.CacheFolder, data.Photos, 24, new CountingDecoder());
        var error = PixelStore.WriteFailed(store.Folder, new IOException("No space left on device"));
        Assert.Matches(@"^presized photos cannot be written: No space left on device \([\d,]+\.\d MB free\)$", error.Problem);
        Assert.Contains("presize to fewer pixels", error.Remedy);
    }

    [Fact]
    public void WhatIsMadeIsPublishedEveryHalfMinute()
    {
        using var data = new DataSet(photos: 12);
        var time = new FakeTimeProvider();
        using var cache = PixelCache.Open(data.Photos, 24, data.CacheFolder, new CountingDecoder(), time);
        Assert.Equal(12, Make(8)); // opening has presized eight already, to tell how long the rest takes
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(12, Make(9));
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, Make(10)); // all that was made so far at once
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(1, Make(11)); // the half minute has begun anew

        int Make(int i)
        {
            Assert.True(cache.Read(i, (_, _, _) => { }));
            using var other = data.OpenOnly();
            return other.Missing;
        }
    }

    [Fact]
    public void AFolderThatCannotBeMadeIsTold()
    {
        using var data = new DataSet(photos: 1);
        File.WriteAllText(data.CacheFolder, ""); // a file has its name
        var error = Assert.Throws<UserException>(() => data.OpenOnly());
        Assert.StartsWith("the pixel cache cannot be used: ", error.Problem);
        Assert.Contains("PETBREEDS_CACHE", error.Remedy);
    }

    [Fact]
    public void AnEmptyListAndAUsedNameAreSeen()
    {
        using var data = new DataSet(photos: 0);
        using (var cache = data.Open())
            Assert.Equal(0, cache.Count);
        data.Add("a.jpg", 1);
        data.Photos.Add(data.Photos[0]);
        Assert.Throws<ArgumentException>(() => data.Open());
    }

    internal static RgbImage Expected(DataSet data, int i, int shortSide = 24) => Presizer.Presize(data.Photos[i].Path, shortSide);

    internal static void AssertHoldsTheFiles(DataSet data, CountingDecoder second, int? expectedDecodes = null)
    {
        using var cache = data.Open(second);
        Assert.Empty(cache.Bad);
        Assert.Equal(data.Photos.Count, cache.Count);
        for (var i = 0; i < cache.Count; i++)
        {
            var expected = Expected(data, i);
            Assert.Equal((expected.Width, expected.Height), cache.Size(i));
            Assert.Equal(expected.Pixels, cache.Pixels(i).ToArray());
            Assert.Equal(expected.Pixels, cache.Pixels(i).ToArray()); // a checked look too
        }
        if (expectedDecodes is { } count)
            Assert.Equal(count, second.Decoded);
    }
}
