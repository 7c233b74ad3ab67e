using PetBreeds.Catalog;
using PetBreeds.Catalog.Labels;
using PetBreeds.Catalog.Reading;
using Xunit;

namespace PetBreeds.Tests.Catalog.Labels;

public sealed class LabelTests : IDisposable
{
    private readonly PhotoFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Error(string labels = "auto", string split = "auto") =>
        Assert.Throws<UserException>(() => folder.Read(labels, split)) is var e ? $"{e.Message} | {e.Remedy}" : "";

    [Fact]
    public void Class_folders_give_labels_in_ordinal_order()
    {
        folder.Many("dogs/", 3).Many("Cats/", 3).Many("große Hunde/", 3).Photos("loose.jpg");
        var catalog = folder.Read();
        Assert.Equal(["Cats", "dogs", "große Hunde"], catalog.Classes);
        Assert.Equal("große Hunde", catalog.ClassOf("große Hunde/2.jpg"));
        Assert.Equal("folder names", catalog.LabelSource);
        Assert.Equal([new PassedOver(FolderLabels.NoClassFolder, 1, "loose.jpg")], catalog.PassedOver);
    }

    [Fact]
    public void The_innermost_folder_is_the_label()
    {
        folder.Many("cats/siamese/", 2).Many("dogs/pug/", 2).Many("dogs/boxer/", 2);
        Assert.Equal(["boxer", "pug", "siamese"], folder.Read().Classes);
    }

    [Fact]
    public void Folders_of_one_name_in_two_places_are_not_merged_in_silence()
    {
        folder.Many("cats/brown/", 2).Many("dogs/brown/", 2).Many("dogs/black/", 2);
        Assert.Contains("'brown': cats/brown and dogs/brown", Error());
        Assert.EndsWith("uses the folder name and merges them, `labels pattern:([^/]+/[^/]+)/[^/]+$` keeps them apart.", Error());
        Assert.Equal(["black", "brown"], folder.Read("pattern:([^/]+)/[^/]+$").Classes);
        Assert.Equal(["cats/brown", "dogs/black", "dogs/brown"], folder.Read("pattern:([^/]+/[^/]+)/[^/]+$").Classes);
    }

    [Fact]
    public void File_names_give_labels_where_most_look_like_Breed_123()
    {
        folder.Many("Maine_Coon_", 4).Many("pug_", 3).Photos("pug_4.JPEG");
        var catalog = folder.Read();
        Assert.Equal(["Maine_Coon", "pug"], catalog.Classes);
        Assert.Equal("pug", catalog.ClassOf("pug_4.JPEG"));
        Assert.Contains(PatternLabels.Default, catalog.LabelSource);
    }

    [Fact]
    public void In_the_Oxford_layout_only_images_is_searched()
    {
        folder.Many("images/Maine_Coon_", 3).Many("images/pug_", 3).Photos("annotations/trimaps/pug_1.png", "extra/pug_9.jpg");
        var catalog = folder.Read();
        Assert.Equal(Path.Combine(folder.Root, "images"), catalog.Root);
        Assert.Equal(6, catalog.Items.Count);
        Assert.Contains("pug_3.jpg", catalog.Items.Select(i => i.Name));
    }

    [Fact]
    public void A_name_that_the_pattern_does_not_match_is_an_error_that_names_it()
    {
        folder.Many("pug_", 3).Many("cat_", 3).Photos("holiday.jpg");
        Assert.Contains("'holiday.jpg' does not match the label pattern", Error());
        Assert.Contains("1 of 7", Error());
    }

    [Theory]
    [InlineData("pattern:^(.*)a_", "empty label")]
    [InlineData("csv:nowhere.csv", "the table of labels cannot be read: ")]
    public void A_bad_label_source_is_said(string labels, string message)
    {
        folder.Photos("a_1.jpg", "a_2.jpg");
        Assert.Contains(message, Error(labels));
    }

    [Theory]
    [InlineData("pattern:([", "'pattern:([' does not contain a valid regular expression: ")]
    [InlineData("pattern:", "'pattern:' is not one of auto, folder, pattern:REGEX, csv:FILE")]
    [InlineData("folders", "'folders' is not one of")]
    [InlineData("csv:", "'csv:' is not one of")]
    public void What_names_no_label_source_is_refused(string labels, string message) =>
        Assert.StartsWith(message, Assert.Throws<FormatException>(() => LabelSource.Parse(labels)).Message);

    [Theory]
    [InlineData("auto")]
    [InlineData("folder")]
    [InlineData("pattern:^(.+)_")]
    [InlineData("csv:t.csv")]
    public void A_label_source_writes_what_it_reads(string labels) => Assert.Equal(labels, LabelSource.Parse(labels).ToString());

    [Fact]
    public void A_pattern_that_never_ends_is_stopped()
    {
        folder.Photos(new string('a', 40) + ".jpg", "b.jpg");
        Assert.Contains("more than a second", Error("pattern:^(a+)+$"));
    }

    [Fact]
    public void A_pattern_without_group_takes_the_whole_match()
    {
        folder.Many("cat.", 3).Many("dog.", 3);
        Assert.Equal(["cat", "dog"], folder.Read("pattern:^[a-z]+").Classes);
    }

    [Fact]
    public void What_was_looked_for_is_said_where_nothing_is_recognised()
    {
        folder.Photos("holiday.jpg", "beach.jpg");
        var error = Error();
        Assert.Contains("no labels were found for 2 photos: they are not in two or more class folders", error);
        Assert.Contains("Breed_123.jpg", error);
        Assert.Contains("`labels`", error);
    }

    [Fact]
    public void One_class_is_too_few()
    {
        folder.Many("pug_", 5);
        Assert.Contains("label 'pug'", Error());
    }

    [Fact]
    public void Missing_and_empty_data_are_said()
    {
        Assert.Contains("no photos", Error());
        var missing = Path.Combine(folder.Root, "nowhere");
        Assert.Contains("does not exist", Assert.Throws<UserException>(() => PhotoCatalogReader.Read(new() { Data = missing })).Message);
        Assert.Equal("`data`: no data set is given", Assert.Throws<UserException>(() => PhotoCatalogReader.Read(new())).Message);
        var note = folder.Text("note.txt", "x");
        Assert.Contains("not a folder", Assert.Throws<UserException>(() => PhotoCatalogReader.Read(new() { Data = note })).Message);
    }
}
