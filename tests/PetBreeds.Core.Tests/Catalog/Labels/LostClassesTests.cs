using PetBreeds.Catalog;
using PetBreeds.Catalog.Files;
using PetBreeds.Catalog.Reading;
using Xunit;

namespace PetBreeds.Tests.Catalog.Labels;

/// <summary>Classes of which nothing is left, and folders that are classes unawares.</summary>
public sealed class LostClassesTests : IDisposable
{
    private readonly PhotoFolder folder = new PhotoFolder().Many("cat/", 5).Many("dog/", 5);

    public void Dispose() => folder.Dispose();

    private Concern[] Concerns(string labels = "auto", string? exclude = null, string? cleaning = null) => [.. PhotoCatalogReader.Read(
        new CatalogOptions { Data = folder.Root, Labels = LabelSource.Parse(labels), Exclude = exclude, Cleaning = cleaning }).Concerns];

    private void Empty(string name) => Directory.CreateDirectory(Path.Combine(folder.Root, name));

    [Fact]
    public void Folders_without_a_photo_are_named()
    {
        Empty("bird");
        Empty("deep/er");
        folder.Bytes("fox/1.HEIC", 0, 0, 0, 24).Bytes("fox/note.txt", 65).Bytes("cat/raw/1.HEIC", 0);
        folder.Text("annotations/1.xml", "<x/>");
        var concerns = Concerns();
        Assert.Equal([(ConcernKind.NoClass, "annotations"), (ConcernKind.LostClass, "bird"), (ConcernKind.LostClass, "deep"),
            (ConcernKind.LostClass, "fox")],
            concerns.Select(c => (c.Kind, c.Names.Single())));
        Assert.Equal("folder 'annotations' is not a class: it contains no pictures", concerns[0].Problem);
        Assert.Equal("class 'bird' is not learned: its folder 'bird' is empty", concerns[1].Problem);
        Assert.StartsWith("class 'fox' is not learned: its folder 'fox' contains no readable photo (1.HEIC: ", concerns[3].Problem);
    }

    [Fact]
    public void A_link_to_a_folder_that_is_not_there_is_a_lost_class()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        File.CreateSymbolicLink(Path.Combine(folder.Root, "fox"), "/not/mounted/fox");
        File.CreateSymbolicLink(Path.Combine(folder.Root, "cat", "gone"), "/not/mounted/photo");
        Assert.Equal("class 'fox' is not learned: 'fox' is a broken link", Assert.Single(Concerns()).Problem);
        Assert.Equal(2, folder.Read().Count("a broken link"));
    }

    [Fact]
    public void What_programs_leave_makes_no_folder_a_class_nor_fills_one()
    {
        folder.Text("runs/one/config.yaml", "");
        folder.Text("runs/one/history.csv", "");
        folder.Photos("runs/one/curves.png", "fox/.thumb.jpg", "fox/Thumbs.db");
        Assert.Equal("class 'fox' is not learned: its folder 'fox' is empty", Assert.Single(Concerns()).Problem);
    }

    [Fact]
    public void In_split_folders_a_class_with_photos_elsewhere_is_not_lost()
    {
        using var splits = new PhotoFolder().Many("train/cat/", 3).Many("train/dog/", 3).Many("valid/cat/", 1);
        foreach (var empty in new[] { "valid/dog", "train/fox", "valid/fox", "docs" })
            Directory.CreateDirectory(Path.Combine(splits.Root, empty));
        Assert.Equal("train/fox", Assert.Single(splits.Read().Concerns).Names.Single());
    }

    [Fact]
    public void Where_one_class_is_left_the_error_names_the_lost_ones()
    {
        Directory.Delete(Path.Combine(folder.Root, "dog"), recursive: true);
        Empty("fox");
        var error = Assert.Throws<UserException>(() => folder.Read());
        Assert.EndsWith("at least two classes; class 'fox' is not learned: its folder 'fox' is empty", error.Problem);
    }

    [Fact]
    public void A_class_that_is_excluded_or_cleaned_away_is_named()
    {
        folder.Photos("fox/1.jpg", "fox/2.jpg", "owl/1.jpg");
        var exclude = folder.Text("exclude.txt", "fox/1.jpg", "fox/2.jpg");
        var cleaning = folder.Text("cleaning.csv", "photo,action,label,old_label", "owl/1.jpg,relabel,cat,owl");
        Assert.Equal(["no photo of class 'fox' can be used (2 photos, such as fox/1.jpg: excluded)",
            "no photo of class 'owl' can be used (owl/1.jpg: now under another label)"],
            Concerns("folder", exclude, cleaning).Select(c => c.Problem));
    }

    [Fact]
    public void A_class_of_a_table_or_a_pattern_whose_files_are_no_photos_is_named()
    {
        folder.Bytes("fox_1.jpg", 65, 66).Many("cat_", 2).Many("dog_", 2).Text("notes_1.txt", "x");
        var table = folder.Text("t.csv", "photo,label", "cat_1.jpg,cat", "cat_2.jpg,cat", "dog_1.jpg,dog", "dog_2.jpg,dog",
            "fox_1.jpg,fox");
        foreach (var labels in new[] { "csv:" + table, @"pattern:^(?:([a-z]+)_)?\d+" })
        {
            if (labels[0] == 'p')
            {
                Directory.Delete(Path.Combine(folder.Root, "cat"), recursive: true);
                Directory.Delete(Path.Combine(folder.Root, "dog"), recursive: true);
            }
            Assert.Equal("fox", Assert.Single(Concerns(labels)).Names.Single());
        }
    }

    [Fact]
    public void What_programs_leave_films_and_own_pictures_are_no_lost_class_of_a_pattern()
    {
        using var named = new PhotoFolder().Many("pug_", 5).Many("cat_", 5).Photos("._pug_1.jpg", "@eaDir/owl_1.jpg")
            .Bytes("IMG_1.MOV", [0, 0, 0, 24, .. "ftypqt  \0\0\0\0"u8]).Bytes("_1.MOV", 65)
            .Bytes("curves_1.png", OwnOutput.Marked([.. PhotoFolder.Jpeg, 0, 0]));
        named.Text("thoughts_1.odt", "no picture");
        Assert.Empty(named.Read().Concerns);
        Assert.Equal(["cat", "pug"], named.Read(@"pattern:^(.*)_\d+\.\w+$").Classes); // the label of _1.MOV is empty, and it is no photo
        named.Bytes("fox_1.HEIC", [0, 0, 0, 24, .. "ftypheic\0\0\0\0heic"u8]).Bytes("owl_1.png", 65, 66);
        Assert.Equal(["fox", "owl"], named.Read().Concerns.Select(c => c.Names.Single()));
    }

    [Fact]
    public void A_class_that_is_not_read_around_folders_that_are_is_lost()
    {
        using var animals = new PhotoFolder().Many("train/cat/kittens/", 5).Many("train/birds/owl/", 5).Many("valid/birds/owl/", 1)
            .Bytes("train/cat/1.heic", [0, 0, 0, 24, .. "ftypheic\0\0\0\0heic"u8])
            .Bytes("valid/cat/2.heic", [0, 0, 0, 24, .. "ftypheic\0\0\0\0heic"u8])
            .Bytes("train/3.heic", [0, 0, 0, 24, .. "ftypheic\0\0\0\0heic"u8]).Bytes("train/birds/film.mov", 65)
            .Many("valid/cat/kittens/", 1);
        animals.Text("train/birds/about.txt", "not a picture");
        Assert.Equal("class 'cat' is not learned: its folder 'train/cat' contains no readable photo of its own (1.heic: of an unsupported "
            + "kind: HEIC)",
            Assert.Single(animals.Read().Concerns).Problem);
        animals.Photos("valid/cat/1.jpg");
        Assert.DoesNotContain(ConcernKind.LostClass,
            PhotoCatalogReader.Read(new() { Data = animals.Root }, new PassedOverTally(tolerant: true)).Concerns.Select(c => c.Kind));
    }

    [Fact]
    public void Folders_with_photos_within_a_class_are_named_and_those_of_a_group_are_not()
    {
        folder.Many("cat/kittens/", 3).Many("birds/owl/", 3).Many("birds/hawk/", 3);
        var concern = Assert.Single(Concerns());
        Assert.Equal((ConcernKind.FoldersInClass, "cat/kittens"), (concern.Kind, concern.Names.Single()));
        Assert.StartsWith("cat/kittens is inside the class 'cat' but is a class of its own, 'kittens'", concern.Problem);
    }

    [Fact]
    public void Many_folders_within_a_class_make_one_concern()
    {
        for (var i = 1; i <= 7; i++)
            folder.Photos($"cat/a/b{i}/1.jpg");
        Assert.StartsWith("cat/a/b1, cat/a/b2, cat/a/b3, cat/a/b4, cat/a/b5 and 2 more are inside the class 'cat' but are classes of "
            + "their own", Assert.Single(Concerns()).Problem);
    }
}
