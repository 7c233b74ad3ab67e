using PetBreeds.Catalog.Labels;
using PetBreeds.Catalog.Splits;

namespace PetBreeds.Catalog.Reading;

/// <summary>Assigns a split to every labelled photo.</summary>
internal static class SplitAssigner
{
    public static (List<(LabelledPhoto Photo, Split Split)> Photos, string Source) Assign(
        LabelledPhotos set, CatalogOptions options, PassedOverTally passedOver)
    {
        switch (options.Split)
        {
            case SplitMode.Random: return (DrawValid([.. set.Photos.Select(p => (p, Split.Train))], options), Say(options));
            case SplitMode.Folder: return ByFolder(set, passedOver);
            case SplitMode.Column: return ByColumn(set);
            case SplitMode.Official:
                return (OfficialLists.Assign(set, passedOver),
                "official lists (trainval.txt for training, test.txt for validation)");
            default: return Auto(set, options, passedOver);
        }
    }

    /// <summary>
    /// Uses the column, otherwise the folders, otherwise a random split; if there are training but no validation photos, these are drawn
    /// from the training photos.
    /// </summary>
    private static (List<(LabelledPhoto Photo, Split Split)> Photos, string Source) Auto(
        LabelledPhotos set, CatalogOptions options, PassedOverTally passedOver)
    {
        if (set.SplitColumn is null && Folders(set).Source is null)
            return Assign(set, options with { Split = SplitMode.Random }, passedOver);
        var (photos, source) = set.SplitColumn is not null ? ByColumn(set) : ByFolder(set, passedOver);
        return photos.Exists(p => p.Split == Split.Valid)
            ? (photos, source)
            : (DrawValid(photos, options), $"{source}; validation drawn from train: {Say(options)}");
    }

    private static (List<(LabelledPhoto Photo, Split Split)> Photos, string Source) ByColumn(LabelledPhotos set) =>
        set.SplitColumn is { } column
            ? ([.. set.Photos.Select(p => (p, p.Split!.Value))], $"{Path.GetFileName(set.Table)}, column {column}")
            : throw new UserException("there is no table with a split column", "`split column`", "Give one: `labels csv:FILE`.");

    private static (List<(LabelledPhoto Photo, Split Split)> Photos, string Source) ByFolder(LabelledPhotos set, PassedOverTally passedOver)
    {
        var (folders, source) = Folders(set);
        if (source is null)
            throw new UserException("there are no train and valid folders with photos", set.Root,
                "Put the photos into folders named train and valid (or val, test, train_set and the like), or use `split random`.");
        var assigned = new List<(LabelledPhoto, Split)>(set.Photos.Count);
        foreach (var (photo, folder) in set.Photos.Zip(folders))
        {
            if (folder is { } split)
                assigned.Add((photo, split));
            else
                passedOver.Add(FolderLabels.OutsideSplits, photo.Name);
        }
        return (assigned, source);
    }

    /// <summary>
    /// The split folders of the photos, and a description of the source; null if folders do not split them. A table may be anywhere, so its
    /// photos' split folders start below the common beginning of their names; for a folder of photos, they have already been located.
    /// </summary>
    private static (IReadOnlyList<Split?> Of, string? Source) Folders(LabelledPhotos set)
    {
        string[] names = [.. set.Photos.Select(photo => photo.Name)];
        var above = set.Table is null ? "" : SplitFolders.Above(names);
        string[] below = [.. names.Select(name => name[above.Length..])];
        return ([.. below.Select(SplitFolders.Of)],
            !SplitFolders.Present(below) ? null : above.Length == 0 ? "folders" : $"folders in {above}");
    }

    /// <summary>Moves some of the training photos to validation.</summary>
    private static List<(LabelledPhoto Photo, Split Split)> DrawValid(
        List<(LabelledPhoto Photo, Split Split)> photos, CatalogOptions options)
    {
        var train = Enumerable.Range(0, photos.Count).Where(i => photos[i].Split == Split.Train).ToList();
        var drawn = RandomSplit.Draw([.. train.Select(i => photos[i].Photo.Label)],
            options.LabelDelim is null ? options : options with { Stratify = false }); // each combination of labels may be rare
        foreach (var i in drawn)
            photos[train[i]] = (photos[train[i]].Photo, Split.Valid);
        return photos;
    }

    private static string Say(CatalogOptions options) =>
        $"{options.ValidFraction * 100:0.##}% at random, "
        + $"{(options.Stratify && options.LabelDelim is null ? "stratified, " : "")}seed {options.Seed}";
}
