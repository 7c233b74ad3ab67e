using PetBreeds.Runtime;

namespace PetBreeds.Catalog;

/// <summary>
/// Parts the training photos for cross-validation. Each part has its share of each class, as with scikit-learn's StratifiedKFold, and the
/// same photos, count and seed give the same parts on every platform.
/// </summary>
public static class Folds
{
    /// <summary>The part of each photo, 0 to <paramref name="folds"/> − 1; −1 for those that are not for training.</summary>
    /// <param name="catalog">Photos and classes.</param>
    /// <param name="folds">How many parts, 2 or more.</param>
    /// <param name="seed">Of the draw.</param>
    /// <exception cref="UserException">There are fewer training photos than parts.</exception>
    public static int[] Assign(PhotoCatalog catalog, int folds, int seed)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        var parts = catalog.Items.Select(_ => -1).ToArray();
        var next = 0; // goes on from class to class, so that the parts differ by one photo at most
        foreach (var group in catalog.Items.Index().Where(entry => entry.Item.Split == Split.Train).GroupBy(entry => entry.Item.Label).OrderBy(g => g.Key))
        {
            int[] photos = [.. group.Select(entry => entry.Index)];
            new SeededRandom(0xF01D, (ulong)seed, SeededRandom.Key(catalog.Classes[group.Key])).Shuffle<int>(photos);
            foreach (var photo in photos)
                parts[photo] = next++ % folds;
        }
        return next >= folds ? parts
            : throw new UserException($"{next} training photos cannot be parted into {folds}", "--cross-validate", "Ask for fewer parts.");
    }

    /// <summary>
    /// The catalog of one fold: its part validates, the other parts train; what was not for training is for <see cref="Split.Test"/>.
    /// </summary>
    /// <param name="catalog">As it was parted.</param>
    /// <param name="parts">From <see cref="Assign"/>.</param>
    /// <param name="fold">Which part validates.</param>
    public static PhotoCatalog Of(PhotoCatalog catalog, IReadOnlyList<int> parts, int fold)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return catalog with
        {
            Items = [.. catalog.Items.Zip(parts, (item, part) => item with { Split = part == fold ? Split.Valid : part < 0 ? Split.Test : Split.Train })],
            SplitSource = $"part {fold + 1} of {parts.Max() + 1} validates",
        };
    }
}
