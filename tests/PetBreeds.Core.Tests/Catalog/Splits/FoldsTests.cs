using PetBreeds.Catalog;
using PetBreeds.Catalog.Splits;
using Xunit;

namespace PetBreeds.Tests.Catalog.Splits;

public class FoldsTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Each_part_has_its_share_of_each_class(int folds)
    {
        var catalog = Catalog(23, 11, 4);
        var parts = Folds.Assign(catalog, folds, seed: 3);
        foreach (var (photo, part) in catalog.Items.Zip(parts))
            Assert.Equal(photo.Split == Split.Train, part >= 0);
        var sizes = parts.Where(part => part >= 0).CountBy(part => part).Select(count => count.Value).ToArray();
        Assert.Equal(folds, sizes.Length);
        Assert.InRange(sizes.Max() - sizes.Min(), 0, 1);
        foreach (var label in new[] { 0, 1, 2 })
        {
            var counts = Enumerable.Range(0, folds)
                .Select(fold => catalog.Items.Zip(parts).Count(p => p.First.Label == label && p.Second == fold)).ToArray();
            Assert.InRange(counts.Max() - counts.Min(), 0, 1);
        }
    }

    [Fact]
    public void The_seed_and_nothing_else_moves_photos()
    {
        var catalog = Catalog(30, 30);
        Assert.Equal(Folds.Assign(catalog, 5, 1), Folds.Assign(catalog, 5, 1));
        Assert.NotEqual(Folds.Assign(catalog, 5, 1), Folds.Assign(catalog, 5, 2));
    }

    [Fact]
    public void A_fold_validates_its_part_and_trains_on_the_others()
    {
        var catalog = Catalog(10, 10);
        var parts = Folds.Assign(catalog, 5, 1);
        var fold = Folds.Of(catalog, parts, 2);
        foreach (var (i, item) in fold.Items.Index())
            Assert.Equal(catalog.Items[i] with { Split = parts[i] switch { 2 => Split.Valid, -1 => Split.Test, _ => Split.Train } }, item);
        Assert.Equal(4, fold.Of(Split.Valid).Count);
    }

    [Fact]
    public void Fewer_photos_than_parts_are_refused() => Assert.Equal("2 training photos cannot be split into 3 folds",
        Assert.Throws<UserException>(() => Folds.Assign(Catalog(1, 1), 3, 1)).Problem);

    /// <summary>So many training photos of each class, and two others.</summary>
    private static PhotoCatalog Catalog(params int[] counts)
    {
        var items = counts.SelectMany((count, label) =>
            Enumerable.Range(0, count).Select(i => new PhotoItem($"/{label}/{i}", $"{label}/{i}", label, Split.Train)))
            .Append(new PhotoItem("/v", "v", 0, Split.Valid)).Append(new PhotoItem("/t", "t", 0, Split.Test));
        return new PhotoCatalog("/", [.. counts.Select((_, i) => $"class {i}")], [.. items], "", "", []);
    }
}
