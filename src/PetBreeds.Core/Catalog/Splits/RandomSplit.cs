using PetBreeds.Runtime;

namespace PetBreeds.Catalog.Splits;

/// <summary>
/// Draws validation photos. Photos are taken in ordinal order of their names and shuffled by <see cref="SeededRandom"/>, so the same names,
/// seed and fraction give the same split on every platform.
/// </summary>
internal static class RandomSplit
{
    /// <summary>
    /// The indices of the validation photos: a rounded share of each class (or of all photos, if not stratified), at least one if there are
    /// two or more photos, and never all of them.
    /// </summary>
    /// <param name="labels">The class names of the photos, in ordinal order of the photos' names.</param>
    /// <param name="options">Fraction, seed and whether to stratify.</param>
    public static HashSet<int> Draw(IReadOnlyList<string> labels, CatalogOptions options)
    {
        var strata = Enumerable.Range(0, labels.Count).GroupBy(i => options.Stratify ? labels[i] : "");
        return [.. strata.SelectMany(stratum => DrawOne(stratum.Key, [.. stratum], options))];
    }

    /// <summary>
    /// Each class has its own random stream, keyed by its name, so that photos added to one class do not affect those of another.
    /// </summary>
    private static int[] DrawOne(string stratum, int[] photos, CatalogOptions options)
    {
        new SeededRandom(unchecked((ulong)options.Seed), SeededRandom.Key(stratum)).Shuffle<int>(photos);
        return photos[..Count(photos.Length, options.ValidFraction)];
    }

    private static int Count(int photos, double fraction) => photos < 2
        ? 0
        : Math.Clamp((int)Math.Round(photos * fraction, MidpointRounding.AwayFromZero), 1, photos - 1);
}
