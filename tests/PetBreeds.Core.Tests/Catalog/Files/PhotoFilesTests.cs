using PetBreeds.Catalog;
using PetBreeds.Catalog.Files;
using PetBreeds.Catalog.Reading;
using Xunit;

namespace PetBreeds.Tests.Catalog.Files;

public sealed class PhotoFilesTests : IDisposable
{
    private readonly PhotoFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("FFD8FFE000104A464946", true)] // JPEG, JFIF
    [InlineData("FFD8FFDB", true)] // JPEG without an APP segment
    [InlineData("89504E470D0A1A0A0000000D49484452", true)]
    [InlineData("89504E470A1A0A", false)] // PNG whose line ends were "repaired" by a text transfer
    [InlineData("4749463839610A00", true)]
    [InlineData("474946383761", true)]
    [InlineData("474946", false)]
    [InlineData("524946461A00000057454250", true)]
    [InlineData("524946461A00000057415645", false)] // RIFF, but WAVE
    [InlineData("5249464600", false)]
    [InlineData("424D36000C000000000036000000", true)]
    [InlineData("424D57206D616B657320636172732E", false)] // "BMW makes cars."
    [InlineData("4D41544C414220352E30", false)] // .mat
#if !IMAGESHARP
    [InlineData("49492A0008000000", false)] // TIFF, which SkiaSharp cannot read
#endif
    [InlineData("", false)]
    public void First_bytes_decide(string hex, bool photo) =>
        Assert.Equal(photo, FileKind.Of(Convert.FromHexString(hex)).IsRead);

    [Fact]
    public void Content_decides_not_the_extension_and_the_rest_is_counted()
    {
        folder.Bytes("a.mat", PhotoFolder.Jpeg).Bytes("b.jpg", "GIF89a"u8.ToArray()).Bytes("empty.jpg");
        folder.Bytes("note.png", "text"u8.ToArray());
        var tally = new PassedOverTally();
        Assert.Equal(["a.mat", "b.jpg"], PhotoFiles.Find(folder.Root, tally).Select(p => p.Name));
        Assert.Equal([new PassedOver("not a photo but a file of 0 bytes", 1, "empty.jpg"), new PassedOver("not a photo", 1, "note.png")],
            tally.Counts);
    }

    [Fact]
    public void Names_are_relative_with_slashes_in_ordinal_order()
    {
        folder.Photos("b/1.jpg", "B/1.jpg", "a b/ü 2.jpg", "a b/日本.jpg", "a.jpg", "a/z.jpg", "z.jpg");
        var photos = PhotoFiles.Find(folder.Root, new PassedOverTally());
        Assert.Equal(["B/1.jpg", "a b/ü 2.jpg", "a b/日本.jpg", "a.jpg", "a/z.jpg", "b/1.jpg", "z.jpg"], photos.Select(p => p.Name));
        Assert.All(photos, p => Assert.True(File.Exists(p.Path) && Path.IsPathFullyQualified(p.Path)));
    }

    [Fact]
    public void Hidden_files_and_folders_are_passed_over()
    {
        folder.Photos("a/1.jpg", "a/._1.jpg", ".git/2.jpg", ".thumb.jpg");
        var tally = new PassedOverTally();
        Assert.Equal(["a/1.jpg"], PhotoFiles.Find(folder.Root, tally).Select(p => p.Name));
        Assert.Equal([new PassedOver("hidden", 3, ".git")], tally.Counts);
    }

    [Fact]
    public void Links_are_followed_but_not_back_into_a_parent()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "symbolic links need a privilege on Windows");
        using var elsewhere = new PhotoFolder().Photos("dogs/3.jpg");
        folder.Photos("a/1.jpg", "a/b/2.jpg");
        Directory.CreateSymbolicLink(Path.Combine(folder.Root, "a", "b", "up"), "../..");
        Directory.CreateSymbolicLink(Path.Combine(folder.Root, "a", "self"), ".");
        Directory.CreateSymbolicLink(Path.Combine(folder.Root, "c"), elsewhere.Root);
        Directory.CreateSymbolicLink(Path.Combine(elsewhere.Root, "back"), folder.Root);
        File.CreateSymbolicLink(Path.Combine(folder.Root, "gone.jpg"), "nowhere.jpg");
        var tally = new PassedOverTally();
        Assert.Equal(["a/1.jpg", "a/b/2.jpg", "c/dogs/3.jpg"], PhotoFiles.Find(folder.Root, tally).Select(p => p.Name));
        Assert.Equal(3, tally.Counts.Single(c => c.Reason == "link back to a parent folder").Count);
        Assert.Equal("gone.jpg", tally.Counts.Single(c => c.Reason == "cannot be read").Example);
    }

    [Fact]
    public void A_loop_is_seen_when_the_data_folder_itself_is_reached_through_a_link()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "symbolic links need a privilege on Windows");
        using var outer = new PhotoFolder();
        folder.Photos("a/1.jpg");
        var link = Path.Combine(outer.Root, "link");
        Directory.CreateSymbolicLink(link, folder.Root);
        Directory.CreateSymbolicLink(Path.Combine(folder.Root, "loop"), folder.Root);
        Assert.Equal(["a/1.jpg"], PhotoFiles.Find(link, new PassedOverTally()).Select(p => p.Name));
    }

    [Fact]
    public void What_cannot_be_read_is_an_error()
    {
        var missing = Path.Combine(folder.Root, "missing");
        var error = Assert.Throws<UserException>(() => PhotoFiles.Find(missing, new PassedOverTally()));
        Assert.StartsWith("the folder cannot be read: ", error.Problem);
        Assert.Equal(missing, error.Place);
        folder.Photos("1.jpg");
        using var locked = new FileStream(Path.Combine(folder.Root, "1.jpg"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.StartsWith("the photo cannot be read: ",
            Assert.Throws<UserException>(() => PhotoCatalogReader.FindPhotos(locked.Name)).Problem);
    }

    [Fact]
    public void FindPhotos_takes_a_file_or_a_folder_and_keeps_the_path_as_given()
    {
        folder.Photos("sub/2.jpg", "1.jpg");
        folder.Text("note.txt", "no photo");
        Assert.Equal([Path.Combine(folder.Root, "1.jpg"), Path.Combine(folder.Root, "sub", "2.jpg")],
            PhotoCatalogReader.FindPhotos(folder.Root));
        var file = Path.Combine(folder.Root, "1.jpg");
        Assert.Equal([file], PhotoCatalogReader.FindPhotos(file));
        Assert.Contains("the file is not a photo", Assert.Throws<UserException>(() =>
            PhotoCatalogReader.FindPhotos(Path.Combine(folder.Root, "note.txt"))).Message);
        Assert.Contains("no such", Assert.Throws<UserException>(() =>
            PhotoCatalogReader.FindPhotos(Path.Combine(folder.Root, "x.jpg"))).Message);
        Directory.Delete(Path.Combine(folder.Root, "sub"), true);
        File.Delete(file);
        Assert.Contains("no photos", Assert.Throws<UserException>(() => PhotoCatalogReader.FindPhotos(folder.Root)).Message);
    }
}
