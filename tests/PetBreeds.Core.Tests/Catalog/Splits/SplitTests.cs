using PetBreeds.Catalog;
using PetBreeds.Catalog.Labels;
using PetBreeds.Catalog.Splits;
using Xunit;

namespace PetBreeds.Tests.Catalog.Splits;

public sealed class SplitTests : IDisposable
{
    private readonly PhotoFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Error(string split = "auto", double valid = 0.2, bool stratify = true) =>
        Assert.Throws<UserException>(() => folder.Read("auto", split, valid, stratify: stratify)).Message;

    [Theory]
    [InlineData("valid")]
    [InlineData("val")]
    [InlineData("Validation")]
    public void Train_and_valid_folders_are_honoured(string valid)
    {
        folder.Many("train/cat/", 3).Many("train/dog/", 3).Many($"{valid}/cat/", 2).Many($"{valid}/dog/", 1).Many("test/dog/", 2);
        folder.Photos("unused/cat/1.jpg", "test/9.jpg");
        var catalog = folder.Read();
        Assert.Equal(["cat", "dog"], catalog.Classes);
        Assert.Equal((6, 3, 2), (catalog.Of(Split.Train).Count, catalog.Of(Split.Valid).Count, catalog.Of(Split.Test).Count));
        Assert.Equal(("folder names", "folders"), (catalog.LabelSource, catalog.SplitSource));
        Assert.Equal((1, 1), (catalog.Count(FolderLabels.OutsideSplits), catalog.Count(FolderLabels.NoClassFolder)));
    }

    [Theory]
    [InlineData("Training", "Testing")]
    [InlineData("train_set", "val_set")]
    [InlineData("TrainSet", "Test Set")]
    [InlineData("train2017", "val2017")]
    [InlineData("training-images", "dev")]
    public void Split_folders_have_the_names_that_people_give_them(string train, string other)
    {
        folder.Many($"{train}/cat/", 5).Many($"{train}/dog/", 5).Many($"{other}/cat/", 2).Many($"{other}/dog/", 2);
        var catalog = folder.Read();
        Assert.Equal(["cat", "dog"], catalog.Classes);
        Assert.All(catalog.Of(Split.Train), item => Assert.StartsWith(train, item.Name));
        Assert.All(catalog.Items.Where(item => item.Name.StartsWith(other, StringComparison.Ordinal)), item =>
            Assert.NotEqual(Split.Train, item.Split));
    }

    [Theory]
    [InlineData("trainers")]
    [InlineData("Great Dane")]
    [InlineData("trainval")]
    [InlineData("tester_cat")]
    [InlineData("1")]
    public void Other_words_name_no_split(string word) => Assert.Null(SplitFolders.Named(word));

    [Fact]
    public void Split_folders_are_found_in_the_only_folder()
    {
        folder.Many("pets/dataset/train/cat/", 3).Many("pets/dataset/train/dog/", 3).Many("pets/dataset/valid/cat/", 1)
            .Many("pets/dataset/valid/dog/", 1);
        folder.Many("__MACOSX/dataset/train/cat/", 1).Text("README.md", "What this is.");
        var catalog = folder.Read();
        Assert.Equal(["valid/cat/1.jpg", "valid/dog/1.jpg"], catalog.Names(Split.Valid));
        Assert.Equal("folder names, in pets/dataset/", catalog.LabelSource);
        Assert.Equal(["cat", "dog"], folder.Read("pattern:^pets/dataset/[^/]+/([^/]+)/").Classes);
    }

    [Fact]
    public void A_split_folder_may_lie_in_one_of_its_own_name()
    {
        folder.Many("seg_train/seg_train/cat/", 3).Many("seg_train/seg_train/dog/", 3).Many("seg_test/seg_test/cat/", 1)
            .Many("seg_test/seg_test/dog/", 1);
        var catalog = folder.Read();
        Assert.Equal(["cat", "dog"], catalog.Classes);
        Assert.Equal(["seg_test/seg_test/cat/1.jpg", "seg_test/seg_test/dog/1.jpg"], catalog.Names(Split.Test));
    }

    [Fact]
    public void A_class_may_be_called_as_its_split_folder_is()
    {
        folder.Many("train/train/", 3).Many("train/bus/", 3).Many("test/train/", 1).Many("test/bus/", 1);
        var catalog = folder.Read();
        Assert.Equal(["bus", "train"], catalog.Classes);
        Assert.Equal("train", catalog.ClassOf("train/train/1.jpg"));
        Assert.Empty(catalog.PassedOver);
    }

    [Fact]
    public void Folders_of_splits_that_would_be_classes_are_refused()
    {
        folder.Many("images/train/pug_", 3).Many("images/val/cat_", 3).Text("labels/train/pug_1.txt", "0 0.5 0.5 1 1");
        var error = Assert.Throws<UserException>(() => folder.Read());
        Assert.Equal("the folders images/train, images/val look like splits, not classes", error.Problem);
        Assert.StartsWith("If the file names give the classes, use the folder that contains the splits: "
            + $"`data {Path.Combine(folder.Root, "images")}`. Otherwise put", error.Remedy);
    }

    [Theory]
    [InlineData("images_train", "images_val")]
    [InlineData("trainA", "testA")]
    [InlineData("fold1", "fold2")]
    public void Nor_are_folders_of_splits_by_other_words_classes(string one, string other)
    {
        folder.Many($"{one}/", 3).Many($"{other}/", 3);
        var error = Assert.Throws<UserException>(() => folder.Read("folder"));
        Assert.EndsWith(" look like splits, not classes", error.Problem);
        Assert.StartsWith("Name them train and valid and put a folder for each class in each, or list the photos in a table", error.Remedy);
    }

    [Theory]
    [InlineData("trainval", "test")]
    [InlineData("data/trainval", "data/test")]
    [InlineData("images_train", "images_val")]
    [InlineData("01_train", "02_val")]
    [InlineData("fold1", "fold2")]
    [InlineData("fold1/photos", "fold2/photos")]
    [InlineData("query", "gallery")]
    [InlineData("train", "more")]
    [InlineData("entrenamiento", "prueba")] // nobody knows all words: the same classes in both tell
    public void Nobody_is_told_to_merge_splits_by_other_words(string one, string other)
    {
        folder.Many($"{one}/cat/", 3).Many($"{one}/dog/", 3).Many($"{other}/cat/", 1).Many($"{other}/dog/", 1);
        var error = Assert.Throws<UserException>(() => folder.Read());
        Assert.Equal("two folders give the label 'cat': "
            + $"{string.Join(" and ", new[] { $"{one}/cat", $"{other}/cat" }.Order(StringComparer.Ordinal))}", error.Problem);
        var remedy = error.Remedy!;
        Assert.StartsWith("If they belong to different splits, rename their parent folders, as in train/cat and valid/cat, or list "
            + "the photos", remedy);
        Assert.DoesNotContain("merge", remedy);
        var apart = remedy[remedy.IndexOf("pattern:", StringComparison.Ordinal)..^1];
        Assert.Equal(4, folder.Read(apart).Classes.Count);
    }

    [Fact]
    public void Nobody_is_told_to_merge_training_and_validation()
    {
        folder.Many("a/train/cat/", 3).Many("a/train/dog/", 3).Many("a/valid/cat/", 1).Many("a/valid/dog/", 1).Photos("b/cat/1.jpg");
        var error = Assert.Throws<UserException>(() => folder.Read());
        Assert.Equal("two folders give the label 'cat': a/train/cat and a/valid/cat", error.Problem);
        Assert.Equal("'train' looks like a split: give the folder that holds train and valid, "
            + $"`data {Path.Combine(folder.Root, "a")}`.", error.Remedy);
    }

    [Fact]
    public void Split_folders_within_classes_are_named()
    {
        folder.Many("cat/train/", 3).Many("dog/train/", 3).Many("cat/valid/", 1).Many("dog/valid/", 1);
        Assert.StartsWith("'train' looks like a split within the class 'cat': nest the folders the other way round",
            Assert.Throws<UserException>(() => folder.Read()).Remedy);
    }

    [Fact]
    public void Unlabelled_test_photos_are_passed_over_with_a_pattern_too()
    {
        folder.Many("train/cat.", 5).Many("train/dog.", 5).Many("test1/", 3);
        var catalog = folder.Read(@"pattern:^(cat|dog)\.");
        Assert.Equal((10, 3), (catalog.Items.Count, catalog.Count("for test and without a label")));
        folder.Photos("train/bird.jpg");
        Assert.Contains("'train/bird.jpg' does not match",
            Assert.Throws<UserException>(() => folder.Read(@"pattern:^(cat|dog)\.")).Message);
    }

    [Fact]
    public void Split_folders_of_named_photos_are_honoured()
    {
        folder.Many("train/pug_", 3).Many("train/cat_", 3).Many("valid/pug_", 1).Many("valid/cat_", 1).Photos("pug_7.jpg");
        var catalog = folder.Read();
        Assert.Equal(["cat", "pug"], catalog.Classes);
        Assert.Equal(["valid/cat_1.jpg", "valid/pug_1.jpg"], catalog.Names(Split.Valid));
        Assert.Equal(1, catalog.Count(FolderLabels.OutsideSplits));
    }

    [Fact]
    public void Train_and_unlabelled_test_folders_get_valid_photos_drawn()
    {
        folder.Many("train/cat/", 5).Many("train/dog/", 5).Many("test/", 30);
        var catalog = folder.Read();
        Assert.Equal((8, 2, 0), (catalog.Of(Split.Train).Count, catalog.Of(Split.Valid).Count, catalog.Of(Split.Test).Count));
        Assert.Equal(30, catalog.Count(FolderLabels.NoClassFolder));
    }

    [Fact]
    public void Train_and_valid_folders_can_be_pooled_by_random()
    {
        folder.Many("train/cat/", 8).Many("train/dog/", 8).Many("valid/cat/", 2).Many("valid/dog/", 2);
        var catalog = folder.Read(split: "random");
        Assert.Equal((16, 4), (catalog.Of(Split.Train).Count, catalog.Of(Split.Valid).Count));
        Assert.Contains(catalog.Of(Split.Valid), i => i.Name.StartsWith("train/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, 0.2, 0)]
    [InlineData(2, 0.2, 1)]
    [InlineData(2, 0.9, 1)]
    [InlineData(3, 0.9, 2)]
    [InlineData(10, 0.25, 3)] // a half rounds away from zero
    [InlineData(100, 0.2, 20)]
    public void Each_class_gives_its_part(int photos, double fraction, int valid)
    {
        folder.Many("a/", photos).Many("b/", 10);
        var catalog = folder.Read(valid: fraction);
        Assert.Equal(valid, catalog.Of(Split.Valid).Count(i => catalog.Classes[i.Label] == "a"));
    }

    [Fact]
    public void The_draw_depends_on_seed_and_names_alone()
    {
        folder.Many("a/", 50).Many("b/", 50);
        var first = folder.Read().Names(Split.Valid);
        Assert.Equal(first, folder.Read().Names(Split.Valid));
        Assert.NotEqual(first, folder.Read(seed: 43).Names(Split.Valid));
        Assert.NotEqual(first, folder.Read(seed: -1).Names(Split.Valid));
        folder.Many("c/", 50); // another class leaves the draw of these alone
        Assert.Equal(first, folder.Read().Names(Split.Valid).Where(n => !n.StartsWith("c/", StringComparison.Ordinal)));
    }

    /// <summary>The same photos must validate on every platform and in every later version, or saved runs could not be compared.</summary>
    [Fact]
    public void The_draw_of_seed_42_never_changes()
    {
        folder.Many("cat/", 10).Many("dog/", 10);
        Assert.Equal("cat/3.jpg cat/6.jpg dog/10.jpg dog/6.jpg", string.Join(' ', folder.Read().Names(Split.Valid)));
    }

    [Fact]
    public void Validation_photos_are_spread_evenly_over_the_class()
    {
        var labels = Enumerable.Repeat("a", 1000).ToList();
        var hits = new int[10];
        for (var seed = 0; seed < 50; seed++)
        {
            foreach (var i in RandomSplit.Draw(labels, new CatalogOptions { Seed = seed }))
                hits[i / 100]++;
        }
        Assert.Equal(50 * 200, hits.Sum());
        Assert.All(hits, h => Assert.InRange(h, 900, 1100)); // 1000 expected, standard deviation 28
    }

    [Fact]
    public void Without_stratification_the_part_is_of_all_photos()
    {
        folder.Many("a/", 30).Many("b/", 11);
        var catalog = folder.Read(stratify: false);
        Assert.Equal(8, catalog.Of(Split.Valid).Count);
        Assert.Equal("20% at random, seed 42", catalog.SplitSource);
        Assert.Equal("20% at random, stratified, seed 42", folder.Read().SplitSource);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.95)]
    [InlineData(double.NaN)]
    public void A_fraction_out_of_range_is_an_error(double fraction)
    {
        folder.Many("a/", 3).Many("b/", 3);
        Assert.Contains("the validation fraction is ", Error(valid: fraction));
    }

    [Fact]
    public void A_split_that_is_not_there_is_an_error()
    {
        folder.Many("a/", 3).Many("b/", 3);
        Assert.Contains("no train and valid folders", Error("folder"));
        Assert.Contains("no table with a split column", Error("column"));
        Assert.Contains("no annotations folder", Error("official"));
    }

    [Fact]
    public void A_class_without_training_photos_is_an_error()
    {
        folder.Many("train/cat/", 3).Many("train/dog/", 3).Many("valid/cat/", 1).Many("valid/Dog/", 1);
        Assert.Contains("class 'Dog' has no training photo", Error());
    }

    [Fact]
    public void A_train_folder_alone_and_single_photos_leave_nothing_to_validate_on()
    {
        folder.Photos("train/cat/1.jpg", "train/dog/1.jpg");
        Assert.Contains("none of the 2 photos is in the validation split", Error());
    }

    [Fact]
    public void Official_lists_split_and_leave_the_rest_out()
    {
        folder.Many("images/pug_", 3).Many("images/Maine_Coon_", 3);
        folder.Text("annotations/trainval.txt", "#Image CLASS-ID SPECIES BREED ID", "pug_1 2 2 1", "Maine_Coon_2 1 1 1", "");
        folder.Text("annotations/test.txt", "pug_3 2 2 1", "Maine_Coon_3 1 1 1");
        var catalog = folder.Read(split: "official");
        Assert.Equal(["Maine_Coon_2.jpg", "pug_1.jpg"], catalog.Names(Split.Train));
        Assert.Equal(["Maine_Coon_3.jpg", "pug_3.jpg"], catalog.Names(Split.Valid));
        Assert.Equal([new PassedOver("not in any list", 2, "Maine_Coon_1.jpg")], catalog.PassedOver);
        Assert.StartsWith("20% at random", folder.Read().SplitSource);
    }

    [Fact]
    public void Official_lists_must_fit_the_photos_and_each_other()
    {
        folder.Many("images/pug_", 3).Many("images/cat_", 3);
        folder.Text("annotations/trainval.txt", "pug_1", "cat_1", "cat_9", "cat_8");
        Assert.Contains("test.txt", Error("official"));
        folder.Text("annotations/test.txt", "pug_3");
        Assert.Contains("'cat_8' is in the official lists, but there is no such photo (2 of 5", Error("official"));
        folder.Text("annotations/test.txt", "pug_1");
        Assert.Contains("'pug_1' is in trainval.txt and in test.txt", Error("official"));
    }
}
