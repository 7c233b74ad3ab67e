using PetBreeds.Catalog;
using PetBreeds.Catalog.Reading;
using Xunit;

namespace PetBreeds.Tests.Catalog.Reading;

public sealed class PhotoSearchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("petbreeds-search-").FullName;

    [Theory]
    [InlineData("cats/1.jpg", "cats/1.jpg")]
    [InlineData("cats\\2.jpg", "cats/2.jpg")]
    [InlineData("2.jpg", "cats/2.jpg")]
    public void Finds_by_name_or_end_of_name(string name, string expected) =>
        Assert.Equal(expected, PhotoSearch.Find(Catalog(), name).Name);

    [Fact]
    public void Finds_by_path() => Assert.Equal("dogs/1.jpg", PhotoSearch.Find(Catalog(), Path.Combine(_folder, "dogs", "1.jpg")).Name);

    [Fact]
    public void Several_and_none_are_told_apart()
    {
        Assert.Contains("2 photos are called '1.jpg', such as cats/1.jpg and dogs/1.jpg",
            Assert.Throws<UserException>(() => PhotoSearch.Find(Catalog(), "1.jpg")).Problem);
        Assert.Contains("'3.jpg'", Assert.Throws<UserException>(() => PhotoSearch.FindOrOpen(Catalog(), "3.jpg")).Problem);
        Assert.Throws<UserException>(() => PhotoSearch.FindOrOpen(Catalog(), "1.jpg"));
    }

    [Fact]
    public void A_file_that_was_left_out_has_no_label()
    {
        File.WriteAllText(Path.Combine(_folder, "text.jpg"), "no photo");
        var found = PhotoSearch.FindOrOpen(Catalog(), "text.jpg");
        Assert.Equal(("text.jpg", -1), (found.Name, found.Label));
        Assert.Throws<UserException>(() => PhotoSearch.Find(Catalog(), "text.jpg"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private PhotoCatalog Catalog()
    {
        string[] names = ["cats/1.jpg", "cats/2.jpg", "dogs/1.jpg"];
        return new PhotoCatalog(_folder, ["cats", "dogs"],
            [.. names.Select(name => new PhotoItem(Path.Combine(_folder, name.Replace('/', Path.DirectorySeparatorChar)), name, 0,
                Split.Train))], "", "", []);
    }
}
