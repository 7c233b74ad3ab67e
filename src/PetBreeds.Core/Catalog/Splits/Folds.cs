using PetBreeds.Runtime;

namespace PetBreeds.Catalog.Splits;

/// <summary>
/// Parts the training photos for cross-validation. Each part has its share of each class, as with scikit-learn's StratifiedKFold, and the
/// same photos, count and seed give the same parts on every platform.
/// </summary>
internal static class Folds
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
        var training = catalog.Of(Split.Train);
        if (training.Count < folds)
            throw new UserException($"{training.Count} training photos cannot be split into {folds} folds", null, "Use fewer folds.");
        var next = 0;
        var assigned = Stratify([.. training.Select(photo => photo.Label)], folds,
            label => new SeededRandom(0xF01D, (ulong)seed, SeededRandom.Key(catalog.Classes[label])));
        return [.. catalog.Items.Select(item => item.Split == Split.Train ? assigned[next++] : -1)];
    }

    /// <summary>The part of each photo, 0 to <paramref name="folds"/> − 1.</summary>
    /// <param name="labels">The class of each photo.</param>
    /// <param name="folds">How many parts, 1 or more; where there are fewer photos, some parts have none.</param>
    /// <param name="random">What a class's photos are shuffled by.</param>
    internal static int[] Stratify(IReadOnlyList<int> labels, int folds, Func<int, SeededRandom> random)
    {
        var parts = new int[labels.Count];
        var next = 0; // goes on from class to class, so that the parts differ by one photo at most
        foreach (var group in labels.Index().GroupBy(entry => entry.Item).OrderBy(group => group.Key))
        {
            int[] photos = [.. group.Select(entry => entry.Index)];
            random(group.Key).Shuffle<int>(photos);
            foreach (var photo in photos)
                parts[photo] = next++ % folds;
        }
        return parts;
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
            Items = [.. catalog.Items.Zip(parts, (item, part) =>
                item with { Split = part == fold ? Split.Valid : part < 0 ? Split.Test : Split.Train })],
            SplitSource = $"fold {fold + 1} of {parts.Max() + 1} validates",
        };
    }
}
