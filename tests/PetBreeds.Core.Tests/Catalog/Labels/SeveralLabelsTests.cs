using PetBreeds.Catalog;
using PetBreeds.Catalog.Reading;
using Xunit;

namespace PetBreeds.Tests.Catalog.Labels;

public sealed class SeveralLabelsTests : IDisposable
{
    private readonly PhotoFolder folder = new PhotoFolder().Many("img/a", 6);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_cell_holds_any_number_of_labels_in_any_order()
    {
        var catalog = Read(";", "photo,label,split", "img/a1.jpg,dog; cat,train", "img/a2.jpg,bird,train", "img/a3.jpg,,train",
            "img/a4.jpg,cat;dog;cat,valid");
        Assert.Equal(["bird", "cat", "dog"], catalog.Classes);
        Assert.Equal([[1, 2], [0], [], [1, 2]], catalog.Items.Select(item => item.Several!.ToArray()));
        Assert.Equal([1, 0, -1, 1], catalog.Items.Select(item => item.Label));
        Assert.Equal(["cat, dog", "bird", "no label", "cat, dog"], catalog.Items.Select(item => item.Say(catalog.Classes)));
        Assert.True(catalog.SeveralLabels);
        Assert.Contains("several separated by ';'", catalog.LabelSource);
    }

    [Fact]
    public void Without_a_separator_a_cell_is_one_label_and_must_be_filled()
    {
        var catalog = Read(null, "photo,label,split", "img/a1.jpg,dog cat,train", "img/a2.jpg,bird,train", "img/a4.jpg,bird,valid");
        Assert.Equal(["bird", "dog cat"], catalog.Classes);
        Assert.All(catalog.Items, item => Assert.Null(item.Several));
        Assert.Contains("line 2 has no label", Assert.Throws<UserException>(() => Read(null, "photo,label", "img/a1.jpg,")).Message);
    }

    [Fact]
    public void The_split_is_not_stratified_by_combinations()
    {
        var catalog = Read(" ", "photo,label", "img/a1.jpg,x", "img/a2.jpg,y", "img/a3.jpg,x y", "img/a4.jpg,x", "img/a5.jpg,y",
            "img/a6.jpg,x");
        Assert.Single(catalog.Of(Split.Valid));
        Assert.DoesNotContain("stratified", catalog.SplitSource);
    }

    [Theory]
    [InlineData("class 'z' has no training photo", "img/a1.jpg,x;y,train", "img/a2.jpg,y;z,valid")]
    [InlineData("none of the 2 photos has a label", "img/a1.jpg,,train", "img/a2.jpg,;,valid")]
    [InlineData("all 1 photos have the label 'x'", "img/a1.jpg,x,train", "img/a2.jpg,,valid")]
    public void What_cannot_be_trained_on_is_refused(string problem, params string[] rows) =>
        Assert.Contains(problem, Assert.Throws<UserException>(() => Read(";", ["photo,label,split", .. rows])).Message);

    [Fact]
    public void Folders_hold_one_label()
    {
        var error = Assert.Throws<UserException>(() =>
            PhotoCatalogReader.Read(new CatalogOptions { Data = folder.Root, Labels = LabelSource.Folder, LabelDelim = ";" }));
        Assert.Contains("per photo need a table", error.Message);
    }

    private PhotoCatalog Read(string? delimiter, params string[] lines) =>
        PhotoCatalogReader.Read(new CatalogOptions { Labels = LabelSource.Table(folder.Text("t.csv", lines)), LabelDelim = delimiter });
}
