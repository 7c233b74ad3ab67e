using PetBreeds.Catalog;
using PetBreeds.Catalog.Reading;
using Xunit;

namespace PetBreeds.Tests.Catalog.Reading;

public sealed class ExcludeFileTests : IDisposable
{
    private readonly PhotoFolder _folder = new PhotoFolder().Many("cat/", 5).Many("dog/", 5).Photos("dog/odd # name.jpg", "dog/a b.jpg")
        .Bytes("dog/note.txt", 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Leaves_out_what_it_names_and_moves_nothing_else()
    {
        var all = _folder.Read();
        var some = Read("# a comment", "", "cat/2.jpg\t# broken", "dog/3.jpg # a reason", "./dog/4.jpg", @"dog\5.jpg",
            "dog/odd # name.jpg", "dog/a b.jpg", "dog/note.txt");
        string[] left = ["cat/2.jpg", "dog/3.jpg", "dog/4.jpg", "dog/5.jpg", "dog/a b.jpg", "dog/odd # name.jpg"];
        Assert.Equal(all.Items.Where(i => !left.Contains(i.Name)), some.Items);
        Assert.Equal(left.Length + 1, some.Count(ExcludeFile.Reason)); // and the note, which is no photo
    }

    [Fact]
    public void Names_with_a_comment_mark_survive_the_round_trip() =>
        Assert.DoesNotContain(Read(ExcludeFile.Line("dog/odd # name.jpg", "copy of # 1")).Items, i => i.Name == "dog/odd # name.jpg");

    [Theory]
    [InlineData("#1.jpg")]
    [InlineData(" lead.jpg")]
    [InlineData("dog/two\nlines.jpg")]
    [InlineData("dog/trail.jpg ")]
    public void Odd_names_survive_the_round_trip(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no such names there");
        _folder.Photos(name);
        Assert.Contains(Labelled().Items, item => item.Name == name);
        Assert.DoesNotContain(Labelled(ExcludeFile.Line(name, "two\nlines")).Items, item => item.Name == name);

        PhotoCatalog Labelled(params string[] lines) => PhotoCatalogReader.Read(new CatalogOptions
        {
            Data = _folder.Root,
            Labels = LabelSource.Pattern("(cat|dog|jpg)/?"),
            Exclude = _folder.Text("exclude.txt", lines),
        });
    }

    [Fact]
    public void Names_that_match_nothing_are_an_error_that_says_them()
    {
        var error = Assert.Throws<UserException>(() => Read("cat/1.jpg", "cat/99.jpg\t# gone", "Cat/1.jpg"));
        Assert.Contains("2 of the names match no photo: 'cat/99.jpg', 'Cat/1.jpg'", error.Message);
        Assert.Contains("exclude.txt", error.Place);
    }

    [Fact]
    public void Names_match_in_either_unicode_form()
    {
        _folder.Photos("cat/ka\u0308tzchen.jpg", "dog/L\u00F6we.jpg");
        Assert.Equal(2, Read("cat/k\u00E4tzchen.jpg", "dog/Lo\u0308we.jpg").Count(ExcludeFile.Reason));
    }

    [Fact]
    public void A_list_that_is_not_UTF_8_is_refused()
    {
        _folder.Bytes("exclude.txt", [.. "cat/1.jpg\ncat/k"u8, 0xE4, .. "tzchen.jpg\n"u8]);
        var error = Assert.Throws<UserException>(() =>
            PhotoCatalogReader.Read(new CatalogOptions { Data = _folder.Root, Exclude = Path.Combine(_folder.Root, "exclude.txt") }));
        Assert.Equal("line 2 is not UTF-8; in windows-1252 it would be 'cat/k\u00E4tzchen.jpg'", error.Problem);
        Assert.Equal(["cat/1.jpg", "cat/k\u00E4tzchen.jpg"], ExcludeFile.Read(Path.Combine(_folder.Root, "exclude.txt"), "windows-1252"));
        // as this program writes it
        Assert.Equal(["cat/k\u00E4tzchen.jpg"], ExcludeFile.Read(_folder.Text("utf8.txt", "cat/k\u00E4tzchen.jpg"), "windows-1252"));
    }

    [Fact]
    public void Class_without_training_photos_is_refused() =>
        Assert.Contains("class 'cat' has no training photo", Assert.Throws<UserException>(() =>
            Read([.. _folder.Read().Of(Split.Train).Where(i => i.Name.StartsWith("cat/")).Select(i => i.Name)])).Message);

    [Fact]
    public void File_that_is_not_there_is_an_error() => Assert.Contains("the list of photos to exclude cannot be read: ",
        Assert.Throws<UserException>(() =>
            PhotoCatalogReader.Read(new CatalogOptions { Data = _folder.Root, Exclude = "nowhere.txt" })).Message);

    private PhotoCatalog Read(params string[] lines) =>
        PhotoCatalogReader.Read(new CatalogOptions { Data = _folder.Root, Exclude = _folder.Text("exclude.txt", lines) });
}
