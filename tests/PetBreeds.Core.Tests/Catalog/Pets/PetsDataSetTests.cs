using System.Security.Cryptography;
using PetBreeds.Catalog.Pets;
using PetBreeds.Runtime.Downloads;
using PetBreeds.Tests.Runtime.Downloads;
using Xunit;

namespace PetBreeds.Tests.Catalog.Pets;

/// <summary>Getting a very small "Oxford-IIIT Pet data set" from a server on the loopback interface.</summary>
public sealed class PetsDataSetTests : IDisposable
{
    private static readonly byte[] Images = TarArchive.Of(
        ("images/Abyssinian_1.jpg", DownloadFixture.Bytes(40_000, 1)), ("images/pug_1.jpg", DownloadFixture.Bytes(40_000, 2)));

    private static readonly byte[] Lists = TarArchive.Of(("annotations/list.txt", [1]), ("annotations/trainval.txt", [2]));

    private static readonly byte[] All = TarArchive.Of(
        ("oxford-iiit-pet/images/Abyssinian_1.jpg", [1]), ("oxford-iiit-pet/annotations/list.txt", [1]));

    private readonly TempFolder _cache = new();

    public void Dispose() => _cache.Dispose();

    [Fact]
    public void It_comes_from_its_publishers_complete_and_leaves_no_archives()
    {
        using var server = new LoopbackServer(asked => Reply.File(asked.Path == "/images.tar.gz" ? Images : Lists, asked));
        var source = Source(server);
        Get(source);
        Assert.Equal(["annotations/list.txt", "annotations/trainval.txt", "images/Abyssinian_1.jpg", "images/pug_1.jpg"],
            Files(source.Folder));
        Assert.Equal(["/images.tar.gz", "/annotations.tar.gz"], server.Requests.Select(asked => asked.Path));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_cache.Path, "downloads")));
        Assert.Equal(["pets", "pets.lock"], Directory.EnumerateFileSystemEntries(Path.Combine(_cache.Path, "data"))
            .Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_second_time_asks_nobody()
    {
        using var server = new LoopbackServer(asked => Reply.File(asked.Path == "/images.tar.gz" ? Images : Lists, asked));
        var source = Source(server);
        Assert.Equal(source.Archives, PetsDataSet.Missing(source)!.Files);
        Get(source);
        Get(source);
        Assert.Equal(2, server.Requests.Count);
        Assert.Null(PetsDataSet.Missing(source));
    }

    [Fact]
    public void Two_at_once_get_it_once()
    {
        using var server = new LoopbackServer(asked => Reply.File(asked.Path == "/images.tar.gz" ? Images : Lists, asked));
        var source = Source(server);
        Parallel.Invoke(() => Get(source), () => Get(source));
        Assert.Equal(4, Files(source.Folder).Length);
        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(200)] // with damaged bytes
    public void The_mirror_stands_in(int status)
    {
        using var server = new LoopbackServer(asked => asked.Path == "/all.tgz" ? Reply.File(All, asked)
            : new Reply(status, status == 200 ? DownloadFixture.Bytes(Images.Length, 9) : []));
        var source = Source(server);
        Get(source);
        Assert.Equal(["annotations/list.txt", "images/Abyssinian_1.jpg"], Files(source.Folder));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_cache.Path, "downloads")));
    }

    [Fact]
    public void Without_a_source_the_ways_on_are_named()
    {
        using var server = new LoopbackServer(_ => new Reply(404, []));
        var source = Source(server);
        var error = Assert.Throws<UserException>(() => Get(source));
        Assert.Contains("404", error.Problem);
        foreach (var archive in source.Archives)
            Assert.Contains($"download {archive.Url} manually and save it as {archive.Path}", error.Remedy);
        Assert.Contains("`data sample`", error.Remedy);
        Assert.False(Directory.Exists(source.Folder));
    }

    [Fact]
    public void Archives_put_there_by_hand_are_checked_and_used()
    {
        using var server = new LoopbackServer(_ => new Reply(404, []));
        var source = Source(server);
        Directory.CreateDirectory(Path.Combine(_cache.Path, "downloads"));
        File.WriteAllBytes(source.Archives[0].Path, DownloadFixture.Bytes(Images.Length, 9));
        File.WriteAllBytes(source.Archives[1].Path, Lists);
        Assert.Contains("this archive is damaged: its MD5 is", Assert.Throws<UserException>(() => Get(source)).Problem);
        File.WriteAllBytes(source.Archives[0].Path, Images);
        Assert.Empty(PetsDataSet.Missing(source)!.Files);
        Get(source);
        Assert.Equal(4, Files(source.Folder).Length);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public void What_a_killed_run_left_is_cleared_away()
    {
        using var server = new LoopbackServer(asked => Reply.File(asked.Path == "/images.tar.gz" ? Images : Lists, asked));
        var source = Source(server);
        var left = Directory.CreateDirectory(source.Folder + ".unfinished/images").FullName;
        File.WriteAllText(Path.Combine(left, "half.jpg"), "");
        Get(source);
        Assert.Equal(4, Files(source.Folder).Length);
        Assert.False(Directory.Exists(source.Folder + ".unfinished"));
    }

    [Fact]
    public void A_folder_with_other_things_is_left_alone()
    {
        using var server = new LoopbackServer(_ => new Reply(404, []));
        var source = Source(server);
        Directory.CreateDirectory(source.Folder);
        File.WriteAllText(Path.Combine(source.Folder, "diary.txt"), "");
        var error = Assert.Throws<UserException>(() => Get(source));
        Assert.Equal("this folder is not empty and has no images folder of the Oxford-IIIT Pet data set", error.Problem);
        Assert.Equal(source.Folder, error.Place);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public void The_real_source_is_the_published_one()
    {
        var source = PetsSource.In(_cache.Path);
        Assert.Equal("https://www.robots.ox.ac.uk/~vgg/data/pets/data/images.tar.gz", source.Archives[0].Url.ToString());
        Assert.Equal("5c4f3ee8e5d25df40f4fd59a7f44e54c", source.Archives[0].Hash!.Hex);
        Assert.Equal("https://www.robots.ox.ac.uk/~vgg/data/pets/data/annotations.tar.gz", source.Archives[1].Url.ToString());
        Assert.Equal("95a8c909bbe2e81eed6a22bccdf3f68f", source.Archives[1].Hash!.Hex);
        Assert.Equal("https://s3.amazonaws.com/fast-ai-imageclas/oxford-iiit-pet.tgz", source.Mirror.Url.ToString());
    }

    private static void Get(PetsSource source) => Task.Run(() =>
        PetsDataSet.GetAsync(source, new Downloader(DownloadFixture.Quick), null, CancellationToken.None)).GetAwaiter().GetResult();

    private static string[] Files(string folder) => [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    private PetsSource Source(LoopbackServer server)
    {
        return new PetsSource(Path.Combine(_cache.Path, "data", "pets"),
            [Remote("images.tar.gz", Images), Remote("annotations.tar.gz", Lists)], Remote("all.tgz", All));

#pragma warning disable CA5351 // MD5 is what the pets' publishers give
        RemoteFile Remote(string name, byte[] content) =>
            new(new Uri($"{server.Root}/{name}"), Path.Combine(_cache.Path, "downloads", name),
            content.Length, content.Length, ContentHash.Md5(Convert.ToHexStringLower(MD5.HashData(content))));
#pragma warning restore CA5351
    }
}
