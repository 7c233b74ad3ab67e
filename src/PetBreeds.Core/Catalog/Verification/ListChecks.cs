using PetBreeds.Catalog.Labels;
using PetBreeds.Catalog.Reading;

namespace PetBreeds.Catalog.Verification;

/// <summary>Compares photos with the lists that belong to them.</summary>
internal static class ListChecks
{
    private static readonly string[] Lists = ["list.txt", "trainval.txt", "test.txt"];

    public static IEnumerable<Finding> Find(PhotoCatalog catalog, PassedOverTally passedOver)
    {
        foreach (var (name, problem) in passedOver.Problems)
            yield return new Finding(FindingKind.Listing, [name], problem);
        var used = passedOver.Problems.Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var finding in Oxford(catalog, passedOver).Where(f => !used.Contains(f.Photos[0])))
            yield return finding;
    }

    /// <summary>
    /// The Oxford layout: each photo should be in list.txt and in one of the other two, and each entry should have its photo.
    /// </summary>
    private static IEnumerable<Finding> Oxford(PhotoCatalog catalog, PassedOverTally passedOver)
    {
        if (OfficialLists.Locate(catalog.Root) is not { } folder || !Lists.All(list => File.Exists(Path.Combine(folder, list))))
            yield break;
        var lists = Lists.Select(list => OfficialLists.Stems(Path.Combine(folder, list)).ToHashSet(StringComparer.Ordinal)).ToList();
        var photos = catalog.Items.Select(item => item.Name).Concat(passedOver.NamesOf(OfficialLists.InNoList))
            .Concat(passedOver.NamesOf(ExcludeFile.Reason)).Order(StringComparer.Ordinal).ToList();
        foreach (var photo in photos)
        {
            var stem = OfficialLists.Stem(photo);
            var (listed, split) = (lists[0].Contains(stem), lists[1].Contains(stem) || lists[2].Contains(stem));
            if (!listed || !split)
                yield return new Finding(FindingKind.InNoList, [photo],
                    split ? "not in list.txt" : listed ? "not in trainval.txt and test.txt" : "not in list.txt, trainval.txt and test.txt");
        }
        var present = photos.Select(OfficialLists.Stem).ToHashSet(StringComparer.Ordinal);
        foreach (var entry in lists.SelectMany(list => list).Distinct().Where(entry => !present.Contains(entry))
            .Order(StringComparer.Ordinal))
            yield return new Finding(FindingKind.ListedOnly, [entry],
                $"in {string.Join(", ", Lists.Where((_, i) => lists[i].Contains(entry)))}");
    }
}
