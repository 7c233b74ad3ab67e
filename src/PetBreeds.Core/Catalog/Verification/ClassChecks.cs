namespace PetBreeds.Catalog.Verification;

/// <summary>Checks how photos are distributed over classes and splits.</summary>
internal static class ClassChecks
{
    /// <summary>
    /// Rules of thumb: a class with fewer training photos, or with less than this share of the largest class's, is reported.
    /// </summary>
    private const int FewPhotos = 10;
    private const int SmallPart = 10;

    public static IReadOnlyList<ClassCount> Count(PhotoCatalog catalog, IReadOnlyList<PhotoInspection> inspections)
    {
        var counts = new int[catalog.Classes.Count, Enum.GetValues<Split>().Length];
        foreach (var (item, inspection) in catalog.Items.Zip(inspections))
            if (inspection.Problem is null)
                foreach (var label in item.Labels)
                    counts[label, (int)item.Split]++;
        return [.. catalog.Classes.Select((name, i) =>
            new ClassCount(name, counts[i, (int)Split.Train], counts[i, (int)Split.Valid], counts[i, (int)Split.Test]))];
    }

    /// <summary>Findings from the search for photos.</summary>
    public static IEnumerable<Finding> Find(IEnumerable<Concern> concerns) => concerns.Select(concern => new Finding(concern.Kind switch
    {
        ConcernKind.LostClass => FindingKind.NothingToLearn,
        ConcernKind.NoClass => FindingKind.NoClass,
        ConcernKind.NamesAlike => FindingKind.NamesAlike,
        ConcernKind.FoldersInClass => FindingKind.FoldersInClass,
        _ => FindingKind.NameNotText,
    }, concern.Names, concern.Problem));

    public static IEnumerable<Finding> Find(IReadOnlyList<ClassCount> classes)
    {
        if (classes.Count == 1)
            yield return new Finding(FindingKind.NothingToLearn, [classes[0].Name], "the only class; a classifier needs two or more");
        if (classes.All(c => c.Valid == 0))
            yield return new Finding(FindingKind.NothingToLearn, [], "no photo for validation");
        var largest = classes.MaxBy(c => c.Train)!;
        foreach (var c in classes)
        {
            if (c.Train == 0)
                yield return new Finding(FindingKind.NothingToLearn, [c.Name], "no photo for training");
            else if (c.Train < FewPhotos || c.Train * SmallPart < largest.Train)
                yield return new Finding(FindingKind.ClassBalance, [c.Name], $"{c.Train} for training; {largest.Name} has {largest.Train}");
            if (c.Valid == 0 && classes.Any(other => other.Valid > 0))
                yield return new Finding(FindingKind.ClassBalance, [c.Name], "none for validation");
        }
    }
}
