namespace PetBreeds.Catalog.Verification;

/// <summary>Reports what copies of a photo mean for training, and which of them to leave out.</summary>
internal static class CopyChecks
{
    public static IEnumerable<(Finding Finding, IReadOnlyList<Exclusion> Exclusions)> Find(PhotoCatalog catalog,
        IEnumerable<CopyGroup> groups) =>
        groups.Select(group =>
        {
            PhotoItem[] photos = [.. group.Photos.Select(i => catalog.Items[i])];
            var kind = photos.DistinctBy(p => p.Split).Count() > 1 ? FindingKind.CopyAcrossSplits
                : photos.DistinctBy(Labels).Count() > 1 ? FindingKind.CopyWithTwoLabels
                : FindingKind.Copy;
            var finding = new Finding(kind, [.. photos.Select(p => p.Name)], Describe(catalog, photos, group.Exact));
            return (finding, kind == FindingKind.Copy ? (IReadOnlyList<Exclusion>)[] : LeaveOut(photos));
        });

    private static string Describe(PhotoCatalog catalog, PhotoItem[] photos, bool exact)
    {
        var labels = photos.Select(p => p.Say(catalog.Classes)).Distinct().ToList();
        var splits = string.Join(" and ", photos.Select(p => p.Split).Distinct().Order().Select(Say));
        return $"{(exact ? "same file" : "same picture")}, in {splits}" + (labels.Count > 1 ? $", as {string.Join(" and ", labels)}" : "");
    }

    /// <summary>
    /// Copies in the evaluation split are kept, so that errors stay comparable; those in splits that the model is trained on or tuned with
    /// are left out. If copies in one split contradict each other, it is unknown which is right: all are left out.
    /// </summary>
    private static List<Exclusion> LeaveOut(PhotoItem[] photos)
    {
        var keeps = photos.Max(p => p.Split); // test before valid before train
        var kept = photos.Where(p => p.Split == keeps).ToList();
        var contradict = kept.DistinctBy(Labels).Count() > 1;
        return [.. photos.Where(p => p.Split != keeps || contradict).Select(p => p.Split != keeps
            ? new Exclusion(p.Name, $"{Say(p.Split)} copy of {kept[0].Name} ({Say(keeps)})")
            : new Exclusion(p.Name, $"copy of {kept.First(other => Labels(other) != Labels(p)).Name}, which has another label"))];
    }

    private static string Labels(PhotoItem photo) => string.Join(',', photo.Labels);

    private static string Say(Split split) => split.ToString().ToLowerInvariant();
}
