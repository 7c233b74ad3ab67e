using PetBreeds.Runtime;

namespace PetBreeds.Catalog.Splits;

/// <summary>
/// Divides the training photos into folds for cross-validation, stratified by class as in scikit-learn's StratifiedKFold. The same photos,
/// number of folds and seed give the same folds on every platform.
/// </summary>
internal static class Folds
{
    /// <summary>The fold of each photo, 0 to <paramref name="folds"/> − 1; −1 for photos outside the training split.</summary>
    /// <param name="catalog">The photos and classes.</param>
    /// <param name="folds">Number of folds, 2 or more.</param>
    /// <param name="seed">Seed of the shuffling.</param>
    /// <exception cref="UserException">There are fewer training photos than folds.</exception>
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

    /// <summary>The fold of each photo, 0 to <paramref name="folds"/> − 1.</summary>
    /// <param name="labels">The class of each photo.</param>
    /// <param name="folds">Number of folds, 1 or more; with fewer photos than folds, some folds are empty.</param>
    /// <param name="random">Returns the random numbers for shuffling a class's photos.</param>
    internal static int[] Stratify(IReadOnlyList<int> labels, int folds, Func<int, SeededRandom> random)
    {
        var parts = new int[labels.Count];
        var next = 0; // continues from class to class, so that fold sizes differ by at most one photo
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
    /// The catalog of one fold: the fold is for validation, all others are for training; photos outside the training split become
    /// <see cref="Split.Test"/>.
    /// </summary>
    /// <param name="catalog">The catalog that was divided.</param>
    /// <param name="parts">The folds from <see cref="Assign"/>.</param>
    /// <param name="fold">The fold used for validation.</param>
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
