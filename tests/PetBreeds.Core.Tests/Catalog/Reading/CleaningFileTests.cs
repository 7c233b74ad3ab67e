using System.Text;
using PetBreeds.Catalog;
using PetBreeds.Catalog.Reading;
using Xunit;

namespace PetBreeds.Tests.Catalog.Reading;

public sealed class CleaningFileTests : IDisposable
{
    private readonly PhotoFolder _folder = new PhotoFolder().Many("cat/", 5).Many("dog/", 5).Photos("dog/=1,\"2\".jpg", "dog/'-x.jpg")
        .Bytes("dog/note.txt", 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Leaves_out_and_relabels_what_it_says_and_moves_nothing_else()
    {
        var all = _folder.Read();
        var cleaned = Read("cat/1.jpg,delete,,cat", "cat/2.jpg,relabel,dog,cat", "cat/3.jpg,keep,,cat", "dog/1.jpg,relabel,dog,cat",
            "dog/note.txt,delete,,dog");
        Assert.Equal(all.Items.Where(item => item.Name != "cat/1.jpg")
            .Select(item => item.Name == "cat/2.jpg" ? item with { Label = 1 } : item), cleaned.Items);
        Assert.Equal(1, cleaned.Count(CleaningFile.Deleted));
        Assert.Equal("folder names; 1 relabelled and 1 left out by cleaning.csv", cleaned.LabelSource);
    }

    [Fact]
    public void Labels_may_be_in_either_Unicode_form()
    {
        _folder.Many("Lo\u0308we/", 3);
        Assert.Equal("L\u00F6we", Read("cat/2.jpg,relabel,Lo\u0308we,cat", "Lo\u0308we/1.jpg,relabel,dog,Lo\u0308we").ClassOf("cat/2.jpg"));
    }

    [Theory]
    [InlineData("cat/99.jpg,delete,,cat", "line 3: the data set has no photo 'cat/99.jpg'")]
    [InlineData("cat/2.jpg,relabel,lion,cat", "line 3: no photo of the data set has the label 'lion'")]
    [InlineData("cat/2.jpg,relabel,,cat", "line 3: the new label is missing")]
    [InlineData("cat/2.jpg,remove,,cat", "line 3: 'remove' is not an action")]
    [InlineData("cat/2.jpg,relabel,dog,lion", "line 3: 'cat/2.jpg' now has the label 'cat'; when it was reviewed, it had 'lion'")]
    [InlineData("cat/1.jpg,delete,,cat", "line 3: 'cat/1.jpg' is already in line 2")]
    [InlineData(",delete,,cat", "line 3: the photo is missing")]
    public void What_it_should_not_say_is_an_error_that_names_the_line(string line, string problem)
    {
        var error = Assert.Throws<UserException>(() => Read("cat/1.jpg,keep,,cat", line));
        Assert.StartsWith(problem, error.Problem);
        Assert.EndsWith("cleaning.csv", error.Place);
    }

    [Fact]
    public void Names_and_labels_match_in_either_unicode_form()
    {
        _folder.Photos("L\u00F6we/ka\u0308tzchen.jpg", "L\u00F6we/2.jpg", "L\u00F6we/3.jpg");
        var cleaned = Read("L\u00F6we/k\u00E4tzchen.jpg,delete,,Lo\u0308we", "cat/2.jpg,relabel,Lo\u0308we,cat", ",,,");
        Assert.EndsWith("; 1 relabelled and 1 left out by cleaning.csv", cleaned.LabelSource);
        Assert.Equal("L\u00F6we", cleaned.ClassOf("cat/2.jpg"));
    }

    [Fact]
    public void Two_unicode_forms_of_a_name_are_one_photo()
    {
        _folder.Photos("cat/ka\u0308tzchen.jpg");
        Assert.EndsWith("' is already in line 2",
            Assert.Throws<UserException>(() => Read("cat/k\u00E4tzchen.jpg,delete,,cat", "cat/ka\u0308tzchen.jpg,keep,,cat")).Problem);
    }

    [Fact]
    public void Decisions_that_are_not_UTF_8_are_refused()
    {
        _folder.Bytes("cleaning.csv", [.. "photo,action,label,old_label\ncat/1.jpg,relabel,L"u8, 0xF6, .. "we,cat\n"u8]);
        Assert.StartsWith("line 2 is not UTF-8",
            Assert.Throws<UserException>(() => CleaningFile.Read(Path.Combine(_folder.Root, "cleaning.csv"))).Problem);
        Assert.Equal("L\u00F6we", CleaningFile.Read(Path.Combine(_folder.Root, "cleaning.csv"), "latin1").Single().Label);
    }

    [Fact]
    public void A_file_that_is_none_is_an_error()
    {
        var table = _folder.Text("other.csv", "photo,label", "cat/1.jpg,cat");
        Assert.Contains("must be photo,action,label,old_label", Assert.Throws<UserException>(() => CleaningFile.Read(table)).Message);
        Assert.Contains("the list of cleaning decisions cannot be read: ",
            Assert.Throws<UserException>(() => CleaningFile.Read("nowhere.csv")).Message);
    }

    [Fact]
    public void A_broken_quote_is_an_error_that_names_the_line()
    {
        var error = Assert.Throws<UserException>(() => Read("cat/1.jpg,keep,,cat", "\"cat/2.jpg,delete,,cat"));
        Assert.StartsWith("line 3 is not valid CSV: ", error.Problem);
        Assert.Contains("Quote cells", error.Remedy);
    }

    [Fact]
    public void Hostile_names_come_back_as_they_were()
    {
        string[] names = ["=1,\"2\".jpg", "'=x", "''=x", "-a", "it's", " @b ", "two\nlines", "<script>", "'plain", "\t+c"];
        CleaningDecision[] written = [.. names.Select(name => new CleaningDecision(name, CleaningAction.Relabel, name, name))];
        var file = Path.Combine(_folder.Root, "cleaning.csv");
        CleaningFile.Write(file, written);
        Assert.Equal(written.OrderBy(d => d.Photo, StringComparer.Ordinal), CleaningFile.Read(file).Select(d => d with { Line = 0 }));
        Assert.All(File.ReadAllText(file).Split(['\n', ','], StringSplitOptions.RemoveEmptyEntries), cell =>
            Assert.DoesNotContain(cell.Trim('"', ' ', '\t')[0], "=+-@"));
    }

    [Fact]
    public void It_can_be_applied_to_photos_with_odd_names()
    {
        var file = Path.Combine(_folder.Root, "cleaning.csv");
        CleaningFile.Write(file, [new("dog/=1,\"2\".jpg", CleaningAction.Delete, null, "dog"),
            new("dog/'-x.jpg", CleaningAction.Relabel, "cat", "dog")]);
        var cleaned = PhotoCatalogReader.Read(new CatalogOptions { Data = _folder.Root, Cleaning = file });
        Assert.DoesNotContain(cleaned.Items, item => item.Name == "dog/=1,\"2\".jpg");
        Assert.Equal("cat", cleaned.ClassOf("dog/'-x.jpg"));
    }

    [Fact]
    public void A_file_that_cannot_be_written_leaves_the_old_one_whole()
    {
        var file = Path.Combine(_folder.Root, "cleaning.csv");
        CleaningFile.Write(file, [new("a", CleaningAction.Keep, null, "x")]);
        var before = File.ReadAllText(file);
        Directory.CreateDirectory(file + ".tmp"); // the temporary file's place is taken
        var error = Assert.Throws<UserException>(() => CleaningFile.Write(file, []));
        Assert.StartsWith("the list of decisions cannot be written: ", error.Problem);
        Assert.Equal(before, File.ReadAllText(file));
    }

    [Fact]
    public void A_class_that_loses_all_its_training_photos_is_refused() =>
        Assert.Contains("class 'cat' has no training photo", Assert.Throws<UserException>(() =>
            Read([.. _folder.Read().Of(Split.Train).Where(i => i.Name.StartsWith("cat/")).Select(i => $"{i.Name},delete,,cat")])).Message);

    [Fact]
    public void Mutations_are_read_or_refused()
    {
        var table = Path.Combine(_folder.Root, "cleaning.csv");
        var text = "photo,action,label,old_label\ncat/1.jpg,delete,,cat\n\"cat/2.jpg\",relabel,dog,cat\n"
            + "cat/3.jpg,keep,,cat\n\"dog/=1,\"\"2\"\".jpg\",keep,,dog\n";
        var (read, refused) = Fuzz.Run("cleaning", Encoding.UTF8.GetBytes(text), 4, mutated =>
        {
            File.WriteAllBytes(table, mutated);
            PhotoCatalogReader.Read(new CatalogOptions { Data = _folder.Root, Cleaning = table });
        });
        Assert.True(read > 0 && refused > 0, $"{read} read, {refused} refused");
    }

    private PhotoCatalog Read(params string[] lines) =>
        PhotoCatalogReader.Read(new CatalogOptions
        {
            Data = _folder.Root,
            Cleaning = _folder.Text("cleaning.csv", [CleaningFile.Header, .. lines])
        });
}
