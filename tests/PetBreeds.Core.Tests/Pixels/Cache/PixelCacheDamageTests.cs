using Microsoft.Extensions.Time.Testing;
using PetBreeds.Pixels.Cache;
using PetBreeds.Tests.Catalog;
using Xunit;

namespace PetBreeds.Tests.Pixels.Cache;

/// <summary>What is left by power cuts, kills, full disks and other runs.</summary>
public class PixelCacheDamageTests
{
    [Fact]
    public void ATornIndexIsRebuilt()
    {
        using var data = new DataSet(photos: 3);
        data.Open().Dispose();
        var index = Assert.Single(data.CacheFiles("index"));
        var whole = File.ReadAllBytes(index);
        byte[][] torn = [[], whole[..10], whole[..^1], [.. whole[..50], (byte)(whole[50] ^ 1), .. whole[51..]], [.. whole, 0],
            new byte[whole.Length]];
        foreach (var bytes in torn)
        {
            File.WriteAllBytes(index, bytes);
            PixelCacheTests.AssertHoldsTheFiles(data, second: new CountingDecoder(), expectedDecodes: 3);
            File.Copy(index, index + ".keep", overwrite: true);
        }
        PixelCacheTests.AssertHoldsTheFiles(data, second: new CountingDecoder(), expectedDecodes: 0);
    }

    [Fact]
    public void PixelsThatAreCutShortOrGoneAreMadeAgain()
    {
        using var data = new DataSet(photos: 3);
        data.Open().Dispose();
        data.Add("later.jpg", 30);
        data.Open().Dispose(); // a second segment
        var segments = data.CacheFiles("*.pixels").OrderByDescending(f => new FileInfo(f).Length).ToList();
        Assert.Equal(2, segments.Count);
        using (var file = File.OpenWrite(segments[0]))
            file.SetLength(file.Length - 1);
        PixelCacheTests.AssertHoldsTheFiles(data, second: new CountingDecoder(), expectedDecodes: 3);
        File.Delete(segments[1]);
        PixelCacheTests.AssertHoldsTheFiles(data, second: new CountingDecoder(), expectedDecodes: 1);
    }

    [Fact]
    public void DamagedPixelsAreMendedFromThePhotoAndReplacedByTheNextRun()
    {
        using var data = new DataSet(photos: 4);
        data.Open().Dispose();
        var segment = Assert.Single(data.CacheFiles("*.pixels"));
        using (var file = File.Open(segment, FileMode.Open))
        {
            var before = file.ReadByte();
            file.Position = 0;
            file.WriteByte((byte)~before);
        }
        PixelCacheTests.AssertHoldsTheFiles(data, second: new CountingDecoder(), expectedDecodes: 1); // mended in memory
        PixelCacheTests.AssertHoldsTheFiles(data, second: new CountingDecoder(), expectedDecodes: 1); // made anew
        PixelCacheTests.AssertHoldsTheFiles(data, second: new CountingDecoder(), expectedDecodes: 0);
    }

    [Fact]
    public void DamagedPixelsOfAChangedPhotoAreAnError()
    {
        using var data = new DataSet(photos: 1);
        data.Open().Dispose();
        File.WriteAllBytes(data.CacheFiles("*.pixels").Single(), new byte[100_000]);
        using var cache = data.OpenOnly();
        DataSet.Write(data.Photos[0], seed: 5); // of another width
        Assert.Throws<UserException>(() => cache.Pixels(0).Length);
    }

    [Fact]
    public void ARunBesideAnotherPresizesForItselfAndTakesOverWhatThatOneMade()
    {
        using var data = new DataSet(photos: 12);
        var (first, second) = (new CountingDecoder(), new CountingDecoder());
        using var writing = data.OpenOnly(first);
        using var beside = data.OpenOnly(second);
        Assert.True(writing.Plan!.Kept);
        Assert.False(beside.Plan!.Kept);
        for (var i = 0; i < 12; i++)
            Assert.Equal(PixelCacheTests.Expected(data, i).Pixels, beside.Pixels(i));
        Assert.InRange(second.Decoded, 12, 20); // some twice: nothing is kept
        Assert.Empty(data.CacheFiles("index"));

        for (var i = 0; i < 12; i++)
            writing.Pixels(i);
        writing.CatchUp();
        beside.CatchUp();
        Assert.Equal(0, beside.Missing);
        var before = second.Decoded;
        for (var i = 0; i < 12; i++)
            Assert.Equal(PixelCacheTests.Expected(data, i).Pixels, beside.Pixels(i));
        Assert.Equal(before, second.Decoded);
        Assert.Equal(12, first.Decoded);
    }

    [Fact]
    public void ARunGoesOnWithTheCacheThatAnotherLeft()
    {
        using var data = new DataSet(photos: 12);
        using var beside = UseBeside(data);
        beside.CatchUp(); // the other one has ended: from now on this one keeps what it makes
        for (var i = 0; i < 12; i++)
            beside.Pixels(i);
        beside.CatchUp();
        PixelCacheTests.AssertHoldsTheFiles(data, second: new CountingDecoder(), expectedDecodes: 0);

        static PixelCache UseBeside(DataSet data)
        {
            using var writing = data.OpenOnly();
            return data.OpenOnly();
        }
    }

    [Fact]
    public void ACacheThatIsRemovedWhileItIsUsedHurtsNobody()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("files in use cannot be removed on Windows");
        using var data = new DataSet(photos: 12);
        data.Open().Dispose();
        data.Add("later.jpg", 30);
        using (var cache = data.OpenOnly()) // twelve are mapped, one is written
        {
            cache.Pixels(12);
            Directory.Delete(data.CacheFolder, recursive: true);
            for (var round = 0; round < 2; round++)
            {
                for (var i = 0; i < 13; i++)
                    Assert.Equal(PixelCacheTests.Expected(data, i).Pixels, cache.Pixels(i));
                cache.CatchUp();
            }
        }
        PixelCacheTests.AssertHoldsTheFiles(data, second: new CountingDecoder(), expectedDecodes: 13);
    }

    [Fact]
    public void WhereLocksDoNotWorkEachBuilderStillEndsWithItsOwnRightPixels()
    {
        using var data = new DataSet(photos: 3);
        PixelCache? inner = null;
        var decoder = new CountingDecoder(count =>
        {
            if (count != 2)
                return;
            // a lock nobody else sees
            Directory.GetFiles(data.CacheFolder, "lock", SearchOption.AllDirectories).ToList().ForEach(File.Delete);
            inner = data.Open(new CountingDecoder());
        });
        if (OperatingSystem.IsWindows())
            Assert.Skip("an open lock file cannot be removed on Windows");
        using (var outer = data.Open(decoder))
            for (var i = 0; i < 3; i++)
            {
                Assert.Equal(PixelCacheTests.Expected(data, i).Pixels, outer.Pixels(i).ToArray());
                Assert.Equal(PixelCacheTests.Expected(data, i).Pixels, inner!.Pixels(i).ToArray());
            }
        inner!.Dispose();
        // one may have swept away what the other had not published
        PixelCacheTests.AssertHoldsTheFiles(data, second: new CountingDecoder());
        PixelCacheTests.AssertHoldsTheFiles(data, second: new CountingDecoder(), expectedDecodes: 0);
    }

    [Fact]
    public void TheDiskIsNotFilledWithOldPixels()
    {
        using var data = new DataSet(photos: 6);
        using var reader = data.Open(); // has the first segment mapped all the time
        var before = reader.Pixels(0).ToArray();
        for (var round = 1; round <= 3; round++)
        {
            data.Photos.ForEach(p => DataSet.Write(p, (round * 100) + data.Photos.IndexOf(p)));
            PixelCacheTests.AssertHoldsTheFiles(data, second: new CountingDecoder(), expectedDecodes: 6);
        }
        for (var one = 0; one < PixelCompaction.MostSegments + 2; one++) // one photo at a time
        {
            DataSet.Write(data.Photos[one % 6], 1000 + one);
            PixelCacheTests.AssertHoldsTheFiles(data, second: new CountingDecoder(), expectedDecodes: 1);
        }
        Assert.Equal(before, reader.Pixels(0).ToArray());
        var bytes = Enumerable.Range(0, 6).Sum(i => (long)PixelCacheTests.Expected(data, i).Pixels.Length);
        Assert.InRange(data.CacheFiles("*.pixels").Sum(f => new FileInfo(f).Length), bytes, 3 * bytes);
    }

    [Fact]
    public void WhatAKilledRunLeftIsRemovedByTheNext()
    {
        using var data = new DataSet(photos: 2);
        data.Open().Dispose();
        var folder = Path.GetDirectoryName(data.CacheFiles("index").Single())!;
        string[] left = [Path.Combine(folder, "old.pixels"), Path.Combine(folder, "old.tmp"), Path.Combine(folder, "fresh.pixels")];
        foreach (var path in left)
            File.WriteAllBytes(path, new byte[10]);
        File.SetLastWriteTimeUtc(left[0], DateTime.UtcNow.AddHours(-2));
        data.Add("new.jpg", 9);
        PixelCacheTests.AssertHoldsTheFiles(data, second: new CountingDecoder(), expectedDecodes: 1);
        Assert.All(left, path => Assert.False(File.Exists(path), path));
    }

    [Theory]
    [InlineData(59, 2)]
    [InlineData(61, 0)]
    public void WhereNoLockHoldsOnlyWhatIsOldIsRemoved(int minutes, int stay)
    {
        using var data = new DataSet(photos: 1);
        data.Open().Dispose();
        var later = new FakeTimeProvider(DateTimeOffset.UtcNow.AddMinutes(minutes));
        var store = new PixelStore(data.CacheFolder, data.Photos, 24, new CountingDecoder(), later);
        string[] left = [Path.Combine(store.Folder, "left.pixels"), Path.Combine(store.Folder, "index.left.tmp")];
        foreach (var path in left)
            File.WriteAllBytes(path, new byte[10]);
        store.Sweep(store.Read(), superseded: []); // nobody holds the lock, as where there are none
        Assert.Equal(stay, left.Count(File.Exists));
        Assert.Single(store.Read());
    }
}
