namespace PetBreeds.Catalog;

/// <summary>
/// Labels a photo by the folder it lies in, as fastai's <c>parent_label</c> does. Folders of the same name in different places would be
/// merged in silence (cats/brown with dogs/brown), so that is an error here.
/// </summary>
internal static class FolderLabels
{
    public const string NoClassFolder = "in no class folder";
    public const string OutsideSplits = "outside the train, valid and test folders";

    public static IReadOnlyList<LabelledPhoto> Label(string root, IReadOnlyList<PhotoFile> photos, PassedOverTally passedOver)
    {
        var splitFolders = SplitFolders.Present(photos.Select(p => p.Name));
        var labelled = new List<LabelledPhoto>(photos.Count);
        foreach (var photo in photos)
        {
            if (splitFolders && SplitFolders.Of(photo.Name) is null)
                passedOver.Add(OutsideSplits, photo.Name);
            else if (ClassFolder(photo.Name, splitFolders) is not { } folder)
                passedOver.Add(NoClassFolder, photo.Name);
            else
                labelled.Add(new LabelledPhoto(photo.Path, photo.Name, folder[(folder.LastIndexOf('/') + 1)..], null));
        }
        RefuseSameNames(root, labelled, splitFolders);
        FoldersInClasses.Find(labelled.Select(p => ClassFolder(p.Name, splitFolders)!), passedOver);
        LostClasses.InFolders(photos, splitFolders, passedOver).ToList().ForEach(passedOver.Add);
        return labelled;
    }

    /// <summary>The folder of a photo below its split folder ("cats/brown"), null where it lies in none.</summary>
    public static string? ClassFolder(string name, bool splitFolders)
    {
        var below = splitFolders ? SplitFolders.Below(name) : name;
        return below.LastIndexOf('/') is var end and > 0 ? below[..end] : null;
    }

    private static void RefuseSameNames(string root, List<LabelledPhoto> photos, bool splitFolders)
    {
        foreach (var group in photos.GroupBy(p => ComposedText.Of(p.Label), p => ComposedText.Of(ClassFolder(p.Name, splitFolders)!)))
        {
            if (group.Distinct().Take(2).ToList() is [var first, var second])
                throw new UserException($"two folders give the label '{group.Key}': {first} and {second}", root, Splits(root, first, second)
                    ?? "Give them different names, or label by path: --labels 'pattern:([^/]+)/[^/]+$' takes the folder name and merges them, "
                    + "'pattern:([^/]+/[^/]+)/[^/]+$' keeps them apart.");
        }
    }

    /// <summary>What to do about folders that lie where splits are not looked for: they must not be merged. Null where there are none.</summary>
    private static string? Splits(string root, params string[] folders)
    {
        foreach (var parts in folders.Select(folder => folder.Split('/')))
        {
            var at = Array.FindIndex(parts, part => SplitFolders.Named(part) is not null);
            if (at == parts.Length - 1)
                return $"'{parts[at]}' looks like a split within the class '{string.Join('/', parts[..at])}': put the folders the other way round, as in "
                    + "train/CLASS and valid/CLASS, or list the photos in a table with a column for the split: --labels csv:FILE.";
            if (at > 0)
                return $"'{parts[at]}' looks like a split: give the folder that holds train and valid, --data {Path.Combine([root, .. parts[..at]])}.";
        }
        return null;
    }
}
