using PetBreeds.Catalog;
using PetBreeds.Catalog.Files;
using PetBreeds.Catalog.Reading;
using Xunit;

namespace PetBreeds.Tests.Catalog.Labels;

public sealed class CsvTests : IDisposable
{
    private readonly PhotoFolder folder = new PhotoFolder().Many("img/a", 3).Many("img/b", 3);

    public void Dispose() => folder.Dispose();

    private static PhotoCatalog Read(string table, SplitMode split = SplitMode.Auto, string? data = null) =>
        PhotoCatalogReader.Read(new CatalogOptions { Data = data, Labels = LabelSource.Table(table), Split = split });

    private UserException Refused(params string[] lines) => Assert.Throws<UserException>(() => Read(folder.Text("t.csv", lines)));

    private string Error(params string[] lines) => Refused(lines).Message;

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
            Read(Path.Combine(folder.Root, "t.csv"), SplitMode.Column)).Message);
    }

    [Fact]
    public void Train_and_test_without_valid_draws_valid_from_train()
    {
        var table = folder.Text("t.csv", "photo,label,split", "img/a1.jpg,x,train", "img/a2.jpg,x,train", "img/b1.jpg,y,train",
            "img/b2.jpg,y,train", "img/b3.jpg,y,test");
        var catalog = Read(table);
        Assert.Equal((2, 2, 1), (catalog.Of(Split.Train).Count, catalog.Of(Split.Valid).Count, catalog.Of(Split.Test).Count));
        Assert.Contains("drawn from train", catalog.SplitSource);
        Assert.Contains("none of the 5 photos is in the validation split",
            Assert.Throws<UserException>(() => Read(table, SplitMode.Column)).Message);
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
        var options = new CatalogOptions
        {
            Labels = LabelSource.Table(table),
            PhotoColumn = "fname",
            LabelColumn = "breed",
            SplitColumn = "fold",
        };
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
        Assert.Equal([new PassedOver("not a photo", 1, "img/note.jpg")], catalog.PassedOver);
        Assert.Equal(3, catalog.Items.Count);
    }

    [Fact]
    public void A_photo_listed_twice_counts_once_and_must_not_contradict_itself()
    {
        var catalog = Read(folder.Text("t.csv", "photo,label", "img/a1.jpg,x", "./img/a1.jpg,x", "img/a2.jpg,x", "img/b1.jpg,y",
            "img/b2.jpg,y"));
        Assert.Equal([new PassedOver("listed twice", 1, "img/a1.jpg")], catalog.PassedOver);
        Assert.Equal(4, catalog.Items.Count);
        Assert.Contains("'img/a1.jpg' is listed as x in line 2 and as y in line 3",
            Error("photo,label", "img/a1.jpg,x", "img/a1.jpg,y", "img/b1.jpg,y"));
        Assert.Contains("x (train) in line 2 and as x (valid) in line 3",
            Error("photo,label,split", "img/a1.jpg,x,train", "img/a1.jpg,x,valid"));
    }

    [Theory]
    [InlineData("line 3 has no label", "photo,label", "img/a1.jpg,x", "img/a2.jpg,   ")]
    [InlineData("line 4 has no label", "photo,label", "img/a1.jpg,x", "", "img/a2.jpg")]
    [InlineData("line 2 has no photo", "photo,label", ",x")]
    [InlineData("line 2 has the split 'fold1'", "photo,label,split", "img/a1.jpg,x,fold1")]
    [InlineData("line 3 contains '\uFFFD', which marks a character that another program lost", "photo,label", "img/a1.jpg,x",
        "img/b1.jpg,L\uFFFDwe")]
    [InlineData("line 2 has the split '1'", "photo,label,split", "img/a1.jpg,x,1")]
    [InlineData("line 3 has 3 cells, but the header has 2", "photo,label", "img/a1.jpg,x", "img/a2.jpg,x,y")]
    [InlineData("the table has 2 columns 'label'", "photo,label,label", "img/a1.jpg,x,y")]
    [InlineData("several columns could say which photos are for training: part, is_valid", "photo,label,part,is_valid",
        "img/a1.jpg,x,train,0", "img/b1.jpg,y,valid,1")]
    [InlineData("line 3 has the split 'maybe' in column 'is_valid'", "photo,label,is_valid", "img/a1.jpg,x,0", "img/b1.jpg,y,maybe",
        "img/b2.jpg,y,1")]
    [InlineData("line 3 has no is_valid", "photo,label,is_valid", "img/a1.jpg,x,0", "img/b1.jpg,y,", "img/b2.jpg,y,1")]
    [InlineData("line 4 has the split 'tset' in column 'subset'", "photo,label,subset", "img/a1.jpg,x,train", "img/b1.jpg,y,test",
        "img/b2.jpg,y,tset")]
    [InlineData("line 4 has no subset", "photo,label,subset", "img/a1.jpg,x,train", "img/b1.jpg,y,test", "img/b2.jpg,y,")]
    [InlineData("line 2 has no split", "photo,label,split", "img/a1.jpg,x,")]
    [InlineData("line 2 contains null bytes", "photo,label", "img/\0a1.jpg,x")]
    [InlineData("line 3 is not valid CSV: ", "photo,label", "img/a1.jpg,x", "\"img/a2.jpg,y")]
    [InlineData("the table has no column 'photo' and no column 'label'; it has file, breed", "file,breed", "img/a1.jpg,x")]
    [InlineData("no photos are left", "photo,label")]
    [InlineData("the table of labels is empty", "")]
    public void A_bad_table_is_an_error_with_its_line(string message, params string[] lines) => Assert.Contains(message, Error(lines));

    [Theory]
    [InlineData("is_valid", "False", "True")]
    [InlineData("is_valid", "0", "1")]
    [InlineData("IsVal", "no", "YES")]
    [InlineData("is_train", "1", "0")]
    [InlineData("subset", "Training", "Validation")]
    [InlineData("usage", "train", "dev")]
    [InlineData("phase", "train_set", "Val")]
    [InlineData("valid", "False", "True")]
    [InlineData("Validation", "0", "1")]
    [InlineData("val", "no", "yes")]
    [InlineData("is_dev", "0", "1")]
    [InlineData("is_eval", "0", "1")]
    [InlineData("train", "1", "0")]
    public void Splits_are_found_as_people_write_them(string column, string train, string valid)
    {
        var table = folder.Text("t.csv", $"photo,label,{column}", $"img/a1.jpg,x,{train}", $"img/a2.jpg,x,{valid}",
            $"img/b1.jpg,y,{train}", $"img/b2.jpg,y,{valid}");
        var catalog = Read(table);
        Assert.Equal(["img/a2.jpg", "img/b2.jpg"], catalog.Names(Split.Valid));
        Assert.Equal($"t.csv, column {column}", catalog.SplitSource);
        Assert.StartsWith("20% at random", Read(table, SplitMode.Random).SplitSource);
    }

    [Theory]
    [InlineData("is_holdout")]
    [InlineData("is_testing")]
    [InlineData("test")]
    public void Flags_may_name_the_photos_to_test_on(string column)
    {
        var catalog = Read(folder.Text("t.csv", $"photo,label,{column}", "img/a1.jpg,x,0", "img/a2.jpg,x,1", "img/a3.jpg,x,0",
            "img/b1.jpg,y,0", "img/b2.jpg,y,0"));
        Assert.Equal(["img/a2.jpg"], catalog.Names(Split.Test));
        Assert.StartsWith($"t.csv, column {column}; validation drawn from train", catalog.SplitSource);
    }

    [Theory]
    [InlineData("toy", "train", "ball", "test", "ball")]
    [InlineData("valid", "1", "1", "1", "1")]
    [InlineData("valid", "1", "2019", "0", "1")]
    [InlineData("test", "1", "", "0", "1")]
    [InlineData("is_cute", "1", "0", "0", "1")]
    public void A_column_that_may_be_about_something_else_is_no_split_column(string column, params string[] cells) =>
        Assert.StartsWith("20% at random", Read(folder.Text("t.csv", $"photo,label,{column}",
            $"img/a1.jpg,x,{cells[0]}", $"img/a2.jpg,x,{cells[1]}", $"img/b1.jpg,y,{cells[2]}", $"img/b2.jpg,y,{cells[3]}")).SplitSource);

    [Fact]
    public void A_column_with_an_odd_cell_can_be_left_alone()
    {
        string[] lines = ["photo,label,is_valid", "img/a1.jpg,x,0", "img/a2.jpg,x,?", "img/b1.jpg,y,0", "img/b2.jpg,y,1"];
        Assert.EndsWith(" If column 'is_valid' is about something else: `split random`.", Refused(lines).Remedy);
        Assert.StartsWith("20% at random", Read(folder.Text("t.csv", lines), SplitMode.Random).SplitSource);
    }

    [Theory]
    [InlineData("t.csv", "sets/", "sets/")]
    [InlineData("lists/t.csv", "../photos/sets/", "../photos/sets/")]
    [InlineData("lists/t.csv", "../", "../")]
    [InlineData("t.csv", "train/", "train/")]
    public void Split_folders_of_a_table_may_lie_anywhere(string table, string above, string said)
    {
        var root = Path.GetRelativePath(".", Path.Combine(Path.GetDirectoryName(table)!, above)).Replace('\\', '/').Replace("./", "");
        folder.Many($"{root}/train/x/", 3).Many($"{root}/train/y/", 3).Many($"{root}/val/x/", 1).Many($"{root}/val/y/", 1);
        string[] names = ["train/x/1", "train/x/2", "train/y/1", "train/y/3", "val/x/1", "val/y/1"];
        var file = folder.Text(table, ["photo,label", .. names.Select(name => $"{above}{name}.jpg,{name[^3]}")]);
        var catalog = Read(file);
        Assert.Equal([$"{above}val/x/1.jpg", $"{above}val/y/1.jpg"], catalog.Names(Split.Valid));
        Assert.Equal($"folders in {said}", catalog.SplitSource);
        Assert.Equal(2, Read(file, SplitMode.Folder).Of(Split.Valid).Count);
        Assert.StartsWith("20% at random", Read(file, SplitMode.Random).SplitSource);
    }

    [Fact]
    public void Photos_that_all_lie_in_a_train_folder_are_split_at_random()
    {
        folder.Many("set/train/x", 3).Many("set/train/y", 3);
        var names = Enumerable.Range(1, 3).SelectMany(i => new[] { $"set/train/x{i}.jpg,x", $"set/train/y{i}.jpg,y" });
        Assert.StartsWith("20% at random", Read(folder.Text("t.csv", ["photo,label", .. names])).SplitSource);
    }

    [Fact]
    public void Test_photos_without_a_label_are_passed_over()
    {
        var catalog = Read(folder.Text("t.csv", "photo,label,split", "img/a1.jpg,x,train", "img/a2.jpg,x,valid", "img/b1.jpg,y,train",
            "img/b2.jpg,,test"));
        Assert.Equal([new PassedOver("for test and without a label", 1, "img/b2.jpg")], catalog.PassedOver);
    }

    [Fact]
    public void One_column_a_class_is_read_where_it_is_named_and_offered_where_it_is_not()
    {
        string[] lines = ["photo,x,y", "img/a1.jpg,1,0", "img/a2.jpg,1.0,0.0", "img/b1.jpg,0,1", "img/b2.jpg,0,1"];
        Assert.EndsWith(" x, y contain only 0 and 1; if each is a class: `label-column x,y`.", Refused(lines).Remedy);
        var options = new CatalogOptions { Labels = LabelSource.Table(folder.Text("t.csv", lines)), LabelColumn = "x,y" };
        Assert.Equal("y", PhotoCatalogReader.Read(options).ClassOf("img/b1.jpg"));
        folder.Text("t.csv", "photo,x,y", "img/a1.jpg,1,1");
        Assert.Contains("line 2 has 2 labels: x, y", Assert.Throws<UserException>(() => PhotoCatalogReader.Read(options)).Message);
        folder.Text("t.csv", "photo,x,y", "img/a1.jpg,0,0");
        Assert.Contains("line 2 has no label", Assert.Throws<UserException>(() => PhotoCatalogReader.Read(options)).Message);
        folder.Text("t.csv", "photo,x,y", "img/a1.jpg,.7,0");
        Assert.Contains("line 2 has neither 0 nor 1 in column 'x': '.7'",
            Assert.Throws<UserException>(() => PhotoCatalogReader.Read(options)).Message);
        folder.Text("t.csv", "photo,x,y", "img/a1.jpg,1,1", "img/a2.jpg,1,0", "img/b1.jpg,0,0", "img/b2.jpg,1,1");
        var several = PhotoCatalogReader.Read(options with { LabelDelim = ";", Stratify = false });
        Assert.Equal(2, several.Items.Single(item => item.Name == "img/a1.jpg").Labels.Count);
        Assert.Empty(several.Items.Single(item => item.Name == "img/b1.jpg").Labels);
    }

    [Fact]
    public void Rows_without_a_filled_cell_are_as_good_as_empty_lines() =>
        Assert.Equal(4, Read(folder.Text("t.csv", "photo;label;note", "img/a1.jpg;x;", ";;", "img/a2.jpg;x;", "img/b1.jpg;y;",
            "img/b2.jpg;y;;;", " ; ;", ";;")).Items.Count);

    [Fact]
    public void Names_without_an_extension_or_with_another_case_of_it_are_found_and_counted()
    {
        folder.Photos("img/c.1.JPEG", "img/d.png", "img/e.jpg", "img/e.webp");
        var catalog = Read(folder.Text("t.csv", "photo,label", "img/a1,x", "img\\a2,x", "img/b1.JPG,y", "img/c.1,y", "img/d.PNG,y"));
        Assert.Equal(["img/a1.jpg", "img/a2.jpg", "img/b1.jpg", "img/c.1.JPEG", "img/d.png"], catalog.Items.Select(item => item.Name));
        Assert.Equal("t.csv, column label, 3 found by name without extension, 2 with the extension in different letter case",
            catalog.LabelSource);
        Assert.Contains("'img/e' may be e.jpg or e.webp", Error("photo,label", "img/a1,x", "img/e,y"));
    }

    [Fact]
    public void An_id_is_found_whatever_picture_its_file_is_and_means_the_photo_rather_than_the_raw_file_beside_it()
    {
        folder.Bytes("img/c.HEIC", [0, 0, 0, 24, .. "ftypheic"u8, 0, 0, 0, 0, .. "heic"u8]).Text("img/a1.nef", "raw");
        folder.Text("img/a1.txt", "no picture");
        var catalog = Read(folder.Text("t.csv", "photo,label", "img/a1,x", "img/a2,x", "img/b1,y", "img/c,y", "img/b2,y"));
        Assert.Equal(["img/a1.jpg", "img/a2.jpg", "img/b1.jpg", "img/b2.jpg"], catalog.Items.Select(item => item.Name));
        Assert.Equal([new PassedOver("of an unsupported kind: HEIC", 1, "img/c.HEIC")], catalog.PassedOver);
    }

    /// <summary>A search of the folder for each row would take minutes.</summary>
    [Fact]
    public void Many_ids_in_one_folder_take_seconds()
    {
        string[] ids = [.. Enumerable.Range(0, 20_000).Select(i => $"many/L\u00F6we {i}")];
        folder.Photos([.. ids.Select(id => id + ".jpg")]);
        var files = new ListedFiles(folder.Root, folder.Root);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.All(ids, id => Assert.Equal(Found.ByStem, files.Locate(id)!.Value.How));
        Assert.All(ids, id => Assert.Equal(Found.InOtherCase, files.Locate(id + ".JPG")!.Value.How));
        Assert.All(ids, id => Assert.Null(files.Locate(id + ".png")));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 20);
    }

    [Fact]
    public void Where_a_path_is_wrong_the_photo_is_shown_where_it_is()
    {
        const string Windows = @"C:\Users\me\pets\a1.jpg";
        Assert.Contains("there 'img/a1.jpg' has that name", Refused("photo,label", $"{Windows},x", "img/b1.jpg,y").Remedy);
        var verified = Assert.Throws<UserException>(() => PhotoCatalogReader.Read(
            new CatalogOptions { Labels = LabelSource.Table(folder.Text("t.csv", "photo,label", $"{Windows},x")) },
            new PassedOverTally(tolerant: true)));
        Assert.Contains(@"line 2 lists 'C:\Users\me\pets\a1.jpg', which does not exist (1 of 1", verified.Message);
    }

    [Fact]
    public void A_photo_listed_in_two_unicode_forms_counts_once()
    {
        folder.Photos("img/Lo\u0308we.jpg");
        var catalog = Read(folder.Text("t.csv", "photo,label", "img/Lo\u0308we.jpg,Lo\u0308we", "img/L\u00F6we.jpg,L\u00F6we",
            "img/a1.jpg,L\u00F6we", "img/b1.jpg,y", "img/b2.jpg,y"));
        Assert.Equal(["L\u00F6we", "y"], catalog.Classes);
        Assert.Equal(1, catalog.Count("listed twice"));
    }

    [Fact]
    public void A_table_is_read_in_the_encoding_that_is_named()
    {
        folder.Photos("img/B\u00E4r.jpg");
        var bytes = System.Text.Encoding.Latin1.GetBytes(
            "photo,label\r\nimg/B\u00E4r.jpg,B\u00E4r\r\nimg/a1.jpg,B\u00E4r\r\nimg/b1.jpg,B\u00F6r\r\nimg/b2.jpg,B\u00F6r\r\n");
        folder.Bytes("t.csv", bytes);
        var options = new CatalogOptions { Labels = LabelSource.Table(Path.Combine(folder.Root, "t.csv")) };
        var error = Assert.Throws<UserException>(() => PhotoCatalogReader.Read(options));
        Assert.Equal(("line 2 is not UTF-8; in windows-1252 it would be 'img/B\u00E4r.jpg,B\u00E4r'", options.Labels.TablePath),
            (error.Problem, error.Place));
        Assert.Contains("`encoding windows-1252`", error.Remedy);
        Assert.Equal(["B\u00E4r", "B\u00F6r"], PhotoCatalogReader.Read(options with { Encoding = "cp1252" }).Classes);
    }

    [Fact]
    public void Many_semicolons_in_names_do_not_change_the_separator()
    {
        folder.Photos("a;b;c;1.jpg", "a;b;c;2.jpg");
        var catalog = Read(folder.Text("t.csv", "photo,label", "a;b;c;1.jpg,x;1", "a;b;c;2.jpg,x;1", "img/b1.jpg,y"));
        Assert.Equal(["x;1", "y"], catalog.Classes);
    }
}
