using PetBreeds.Catalog;
using PetBreeds.Catalog.Reading;
using Xunit;

namespace PetBreeds.Tests.Catalog;

/// <summary>The real photos; skipped where they are absent.</summary>
public sealed class OxfordPhotosTests
{
    [Fact]
    public void Official_split_of_the_Oxford_folder()
    {
        var catalog = PhotoCatalogReader.Read(new CatalogOptions { Data = Assets("oxford-pets"), Split = SplitMode.Official });
        Assert.Equal(37, catalog.Classes.Count);
        Assert.Equal((631, 391), (catalog.Of(Split.Train).Count, catalog.Of(Split.Valid).Count));
        Assert.Equal(2, catalog.Count("not a photo")); // the .mat files
        Assert.Equal(3, catalog.Count("not in any list"));
        Assert.Equal("Egyptian_Mau", catalog.ClassOf("Egyptian_Mau_14.jpg")); // a PNG
    }

    [Fact]
    public void Random_split_of_the_Oxford_folder()
    {
        var catalog = PhotoCatalogReader.Read(new CatalogOptions { Data = Assets("oxford-pets") });
        Assert.Equal(1025, catalog.Items.Count);
        Assert.All(catalog.Items.GroupBy(i => i.Label), c =>
            Assert.Equal(Math.Round(c.Count() * 0.2, MidpointRounding.AwayFromZero), c.Count(i => i.Split == Split.Valid)));
        var images = PhotoCatalogReader.Read(new CatalogOptions { Data = Assets("oxford-pets/images") });
        Assert.Equal(catalog.Items, images.Items); // the folder of photos itself gives the same catalog
    }

    [Fact]
    public void Table_of_the_reference_task()
    {
        var catalog = PhotoCatalogReader.Read(new CatalogOptions { Labels = LabelSource.Table(Assets("oxford13.csv")) });
        Assert.Equal(13, catalog.Classes.Count);
        Assert.Equal((391, 391, 0), (catalog.Of(Split.Train).Count, catalog.Of(Split.Valid).Count, catalog.Of(Split.Test).Count));
        Assert.Contains("oxford-pets/images/Abyssinian_1.jpg", catalog.Items.Select(i => i.Name));
    }

    internal static string Assets(string name)
    {
        var shared = Environment.GetEnvironmentVariable("PETBREEDS_TEST_ASSETS");
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); string.IsNullOrEmpty(shared) && at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "shared", "README.md")))
                shared = Path.Combine(at.FullName, "shared");
        }
        var path = shared is null ? "" : Path.Combine(shared, "photos", name);
        Assert.SkipUnless(Path.Exists(path), $"the test photos are not here: photos/{name}");
        return path;
    }
}
