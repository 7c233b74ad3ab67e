using PetBreeds.Catalog;
using Xunit;

namespace PetBreeds.Tests.Catalog;

public sealed class CsvTests : IDisposable
{
    private readonly PhotoFolder folder = new PhotoFolder().Many("img/a", 3).Many("img/b", 3);

    public void Dispose() => folder.Dispose();

    private static PhotoCatalog Read(string table, string split = "auto", string? data = null) =>
        PhotoCatalogReader.Read(new CatalogOptions { Data = data, Labels = "csv:" + table, Split = split });

    private string Error(params string[] lines) => Assert.Throws<UserException>(() => Read(folder.Text("t.csv", lines))).Message;

    [Fact]
    public void The_split_column_is_used_where_there_is_one()
    {
        var table = folder.Text("t.csv", "photo,label,split", "img/a1.jpg,Maine Coon,train", "img/b1.jpg,pug,TRAIN",
            "img/a2.jpg,Maine Coon,val",
            "img/b2.jpg,pug,Validation", "img/b3.jpg,pug,test");
        var catalog = Read(table);
        Assert.Equal(["Maine Coon", "pug"], catalog.Classes);
        Assert.Equal(["img/a1.jpg", "img/b1.jpg"], catalog.Names(Split.Train));
        Assert.Equal(["img/a2.jpg", "img/b2.jpg"], catalog.Names(Split.Valid));
        Assert.Equal(["img/b3.jpg"], catalog.Names(Split.Test));
        Assert.Equal(("t.csv, column label", "t.csv, column split"), (catalog.LabelSource, catalog.SplitSource));
        Assert.Equal(catalog.Items, PhotoCatalogReader.Read(new() { Data = table }).Items);
    }

    [Fact]
    public void Without_a_split_column_the_split_is_random()
    {
        var catalog = Read(folder.Text("t.csv", "label,photo", "x,img/a1.jpg", "x,img/a2.jpg", "y,img/b1.jpg", "y,img/b2.jpg"));
        Assert.Equal(2, catalog.Of(Split.Valid).Count);
        Assert.StartsWith("20% at random", catalog.SplitSource);
        Assert.Contains("no column 'split'", Assert.Throws<UserException>(() =>
            Read(Path.Combine(folder.Root, "t.csv"), "column")).Message);
    }

    [Fact]
    public void Train_and_test_without_valid_draws_valid_from_train()
    {
        var table = folder.Text("t.csv", "photo,label,split", "img/a1.jpg,x,train", "img/a2.jpg,x,train", "img/b1.jpg,y,train",
            "img/b2.jpg,y,train", "img/b3.jpg,y,test");
        var catalog = Read(table);
        Assert.Equal((2, 2, 1), (catalog.Of(Split.Train).Count, catalog.Of(Split.Valid).Count, catalog.Of(Split.Test).Count));
        Assert.Contains("drawn from train", catalog.SplitSource);
        Assert.Contains("none of the 5 photos is for validation", Assert.Throws<UserException>(() => Read(table, "column")).Message);
    }

    [Theory]
    [InlineData(';')]
    [InlineData('\t')]
    public void Other_separators_quotes_byte_order_marks_and_windows_paths_are_understood(char s)
    {
        folder.Photos("img/c, \"d\".jpg");
        var table = folder.Text("t.csv", $"\uFEFFPhoto{s}Label", $"img\\a1.jpg{s} x ", $"\"img/c, \"\"d\"\".jpg\"{s}x\r", "",
            $"img/b1.jpg{s}\"y\"", $"img/b2.jpg{s}y");
        var catalog = Read(table);
        Assert.Equal(["x", "y"], catalog.Classes);
        Assert.Equal("x", catalog.ClassOf("img/c, \"d\".jpg"));
        Assert.Equal("x", catalog.ClassOf("img/a1.jpg"));
    }

    [Fact]
    public void Configured_columns_are_read()
    {
        var table = folder.Text("t.csv", "split,fname,breed,fold", "1,img/a1.jpg,x,train", "2,img/a2.jpg,x,valid", "3,img/b1.jpg,y,train",
            "4,img/b2.jpg,y,valid");
        var options = new CatalogOptions { Labels = "csv:" + table, PhotoColumn = "fname", LabelColumn = "breed", SplitColumn = "fold" };
        Assert.Equal(2, PhotoCatalogReader.Read(options).Of(Split.Valid).Count);
        var error = Assert.Throws<UserException>(() =>
            PhotoCatalogReader.Read(options with { PhotoColumn = "path", SplitColumn = "part" }));
        Assert.Contains("no column 'path' and no column 'part'; it has split, fname, breed, fold", error.Message);
    }

    [Fact]
    public void Paths_are_sought_below_the_data_folder_first_then_beside_the_table()
    {
        using var tables = new PhotoFolder().Photos("own.jpg", "img/a1.jpg");
        var table = tables.Text("t.csv", "photo,label", "img/a1.jpg,x", "own.jpg,x", "img/b1.jpg,y",
            $"{Path.Combine(folder.Root, "img", "b2.jpg")},y");
        var catalog = Read(table, data: folder.Root);
        Assert.Equal(Path.Combine(folder.Root, "img", "a1.jpg"), catalog.Items.Single(i => i.Name == "img/a1.jpg").Path);
        Assert.Equal(Path.Combine(tables.Root, "own.jpg"), catalog.Items.Single(i =>
            i.Name.EndsWith("own.jpg", StringComparison.Ordinal)).Path);
        Assert.Contains("img/b2.jpg", catalog.Items.Select(i => i.Name));
    }

    [Fact]
    public void Missing_photos_are_counted_and_the_first_is_named() =>
        Assert.Contains("line 3 lists 'img/z1.jpg', which does not exist (2 of 4",
            Error("photo,label", "img/a1.jpg,x", "img/z1.jpg,x", "img/z2.jpg,y", "img/b1.jpg,y"));

    [Fact]
    public void A_listed_file_that_is_no_photo_is_passed_over()
    {
        folder.Text("img/note.jpg", "text");
        var catalog = Read(folder.Text("t.csv", "photo,label", "img/a1.jpg,x", "img/a2.jpg,x", "img/b1.jpg,y", "img/note.jpg,y"));
        Assert.Equal([new PassedOver("no photo", 1, "img/note.jpg")], catalog.PassedOver);
        Assert.Equal(3, catalog.Items.Count);
    }

    [Fact]
    public void A_photo_listed_twice_counts_once_and_must_not_contradict_itself()
    {
        var catalog = Read(folder.Text("t.csv", "photo,label", "img/a1.jpg,x", "./img/a1.jpg,x", "img/a2.jpg,x", "img/b1.jpg,y",
            "img/b2.jpg,y"));
        Assert.Equal([new PassedOver("listed twice", 1, "img/a1.jpg")], catalog.PassedOver);
        Assert.Equal(4, catalog.Items.Count);
        Assert.Contains("'img/a1.jpg' is listed as x in line 2 and as y in line 3", Error("photo,label", "img/a1.jpg,x", "img/a1.jpg,y", "img/b1.jpg,y"));
        Assert.Contains("x (train) in line 2 and as x (valid) in line 3",
            Error("photo,label,split", "img/a1.jpg,x,train", "img/a1.jpg,x,valid"));
    }

    [Theory]
    [InlineData("line 3 has no label", "photo,label", "img/a1.jpg,x", "img/a2.jpg,   ")]
    [InlineData("line 4 has no label", "photo,label", "img/a1.jpg,x", "", "img/a2.jpg")]
    [InlineData("line 2 has no photo", "photo,label", ",x")]
    [InlineData("line 2 has the split 'dev'", "photo,label,split", "img/a1.jpg,x,dev")]
    [InlineData("line 2 has no split", "photo,label,split", "img/a1.jpg,x,")]
    [InlineData("does not exist", "photo,label", "img/\0a1.jpg,x")]
    [InlineData("line 3 is no CSV: ", "photo,label", "img/a1.jpg,x", "\"img/a2.jpg,y")]
    [InlineData("the table has no column 'photo' and no column 'label'; it has file, breed", "file,breed", "img/a1.jpg,x")]
    [InlineData("no photo is left", "photo,label")]
    [InlineData("the table of labels is empty", "")]
    public void A_bad_table_is_an_error_with_its_line(string message, params string[] lines) => Assert.Contains(message, Error(lines));

    [Fact]
    public void Many_semicolons_in_names_do_not_change_the_separator()
    {
        folder.Photos("a;b;c;1.jpg", "a;b;c;2.jpg");
        var catalog = Read(folder.Text("t.csv", "photo,label", "a;b;c;1.jpg,x;1", "a;b;c;2.jpg,x;1", "img/b1.jpg,y"));
        Assert.Equal(["x;1", "y"], catalog.Classes);
    }
}
