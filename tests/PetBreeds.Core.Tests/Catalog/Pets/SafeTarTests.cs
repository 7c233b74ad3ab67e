using System.Formats.Tar;
using PetBreeds.Catalog.Pets;
using Xunit;

namespace PetBreeds.Tests.Catalog.Pets;

/// <summary>Archives that try to leave their folder, to fill the disk or to be something else.</summary>
public sealed class SafeTarTests : IDisposable
{
    private static readonly byte[] Photo = [1, 2, 3];

    private readonly TempFolder _home = new();

    private string Inside => Path.Combine(_home.Path, "inside");

    public void Dispose() => _home.Dispose();

    [Fact]
    public void Files_and_folders_come_out()
    {
        Extract(TarArchive.Of(new PaxTarEntry(TarEntryType.Directory, "images/"), TarArchive.File("images/a.jpg", Photo),
            TarArchive.File("./images/b.jpg", []),
            TarArchive.File("annotations/xmls/a.xml", Photo), TarArchive.File("annotations/._list.txt", Photo)));
        Assert.Equal(["annotations/xmls/a.xml", "images/a.jpg", "images/b.jpg"], Files());
        Assert.Equal(Photo, File.ReadAllBytes(Path.Combine(Inside, "images", "a.jpg")));
    }

    [Theory]
    [InlineData("../evil.txt")]
    [InlineData("images/../../evil.txt")]
    [InlineData("..")]
    [InlineData("/evil.txt")]
    [InlineData("..\\evil.txt")]
    [InlineData("images\\..\\..\\evil.txt")]
    [InlineData("C:/evil.txt")]
    [InlineData("images/a.jpg:stream")]
    [InlineData(".. /evil.txt")]
    [InlineData("images/.../evil.txt")]
    [InlineData("images/a\t.jpg")]
    public void Names_that_lead_out_are_refused(string name)
    {
        Assert.Equal($"this archive cannot be unpacked: the name '{name}' points outside the folder",
            Refused(TarArchive.Of((name, Photo))));
        Assert.Empty(Files());
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    public void Links_are_refused(TarEntryType type)
    {
        var problem = Refused(TarArchive.Of(TarArchive.Link(type, "images", ".."), TarArchive.File("images/evil.txt", Photo)));
        Assert.Contains($"'images' is neither a file nor a folder ({type})", problem);
        Assert.Empty(Files());
    }

    [Theory]
    [InlineData(TarEntryType.CharacterDevice)]
    [InlineData(TarEntryType.BlockDevice)]
    [InlineData(TarEntryType.Fifo)]
    public void Devices_are_refused(TarEntryType type) =>
        Assert.Contains($"({type})", Refused(TarArchive.Of(new PaxTarEntry(type, "images"))));

    [Fact]
    public void A_bomb_is_stopped_at_the_limit()
    {
        var bomb = TarArchive.Of(("images/a.jpg", new byte[20_000_000]));
        Assert.True(bomb.Length < 200_000);
        Assert.Contains("unpacks to more than 1,000,000 bytes", Refused(bomb, new ArchiveLimits(1_000_000, 10)));
        Assert.InRange(new DirectoryInfo(Inside).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length), 0, 1_000_000);
    }

    [Fact]
    public void Endless_entries_are_stopped_at_the_limit()
    {
        var many = TarArchive.Of([.. Enumerable.Range(0, 50).Select(i => TarArchive.File($"{i}.txt", []))]);
        Assert.Contains("more than 10 entries", Refused(many, new ArchiveLimits(1 << 20, 10)));
    }

    [Fact]
    public void Truncated_and_foreign_archives_are_refused()
    {
        var whole = TarArchive.Of(("images/a.jpg", DownloadBytes(100_000)));
        Refused(whole[..(whole.Length / 2)]);
        Refused("this is no archive"u8.ToArray());
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_an_error()
    {
        var archive = Path.Combine(_home.Path, "archive.tar.gz");
        File.WriteAllBytes(archive, TarArchive.Of(("images/a.jpg", Photo)));
        var error = Assert.Throws<UserException>(() =>
            SafeTar.Extract(archive, archive, ArchiveLimits.Default, null, CancellationToken.None));
        Assert.StartsWith($"this archive cannot be unpacked into {archive}: ", error.Problem);
        Assert.Contains("PETBREEDS_CACHE", error.Remedy);
    }

    [Theory]
    [InlineData(0.3)] // within the photo's bytes, which no header covers
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void One_damaged_byte_is_seen_by_the_checksum_of_the_whole(double place)
    {
        var whole = TarArchive.Of(("images/a.jpg", DownloadBytes(100_000)));
        whole[(int)(whole.Length * place)] ^= 0x55;
        Refused(whole);
    }

    [Fact]
    public void Mutated_archives_never_write_outside_nor_crash()
    {
        var plain = TarArchive.Of(("images/a.jpg", DownloadBytes(3_000)), ("images/b.jpg", Photo));
        var tar = Unzip(plain);
        var random = new Random(7);
        for (var i = 0; i < 300; i++)
        {
            var mutant = (byte[])tar.Clone();
            for (var j = random.Next(1, 6); j > 0; j--)
                mutant[random.Next(2_000)] = (byte)random.Next(256); // the first file's headers
            RepairChecksums(mutant);
            try
            {
                Extract(Zip(mutant), new ArchiveLimits(1 << 20, 10));
            }
            catch (UserException)
            {
            }
        }
        Assert.All(Directory.EnumerateFileSystemEntries(_home.Path), path =>
            Assert.Contains(Path.GetFileName(path), new[] { "inside", "archive.tar.gz" }));
    }

    /// <summary>
    /// Or else the reader would look no further than at a header's checksum: the sum of its bytes with its own field blank.
    /// </summary>
    private static void RepairChecksums(byte[] tar)
    {
        for (var at = 0; at + 512 <= tar.Length; at += 512)
        {
            var header = tar.AsSpan(at, 512);
            if (!header[257..].StartsWith("ustar"u8))
                continue;
            header.Slice(148, 8).Fill((byte)' ');
            var sum = 0;
            foreach (var value in header)
                sum += value;
            System.Text.Encoding.ASCII.GetBytes($"{Convert.ToString(sum, 8).PadLeft(6, '0')}\0 ").CopyTo(header[148..]);
        }
    }

    private static byte[] DownloadBytes(int count) => Runtime.Downloads.DownloadFixture.Bytes(count, 3);

    private static byte[] Unzip(byte[] archive)
    {
        using var tar = new MemoryStream();
        using (var zip = new System.IO.Compression.GZipStream(new MemoryStream(archive), System.IO.Compression.CompressionMode.Decompress))
            zip.CopyTo(tar);
        return tar.ToArray();
    }

    private static byte[] Zip(byte[] tar)
    {
        using var archive = new MemoryStream();
        using (var zip = new System.IO.Compression.GZipStream(archive, System.IO.Compression.CompressionLevel.Fastest))
            zip.Write(tar);
        return archive.ToArray();
    }

    private void Extract(byte[] archive, ArchiveLimits? limits = null)
    {
        var path = Path.Combine(_home.Path, "archive.tar.gz");
        File.WriteAllBytes(path, archive);
        SafeTar.Extract(path, Inside, limits ?? ArchiveLimits.Default, null, TestContext.Current.CancellationToken);
    }

    private string Refused(byte[] archive, ArchiveLimits? limits = null)
    {
        var problem = Assert.Throws<UserException>(() => Extract(archive, limits)).Problem;
        Assert.DoesNotContain(Directory.EnumerateFiles(_home.Path), path => Path.GetFileName(path) != "archive.tar.gz");
        return problem;
    }

    private string[] Files() => [.. Directory.EnumerateFiles(Inside, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Inside, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];
}
