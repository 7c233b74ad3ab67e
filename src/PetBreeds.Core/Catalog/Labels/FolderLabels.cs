using PetBreeds.Catalog.Files;
using PetBreeds.Catalog.Splits;

namespace PetBreeds.Catalog.Labels;

/// <summary>
/// Labels a photo with the name of its folder, like fastai's <c>parent_label</c>. Folders of the same name in different places would be
/// merged silently (cats/brown with dogs/brown), so that is an error here.
/// </summary>
internal static class FolderLabels
{
    public const string NoClassFolder = "not in a class folder";
    public const string OutsideSplits = "outside the train, valid and test folders";

    public static IReadOnlyList<LabelledPhoto> Label(string root, IReadOnlyList<PhotoFile> photos, PassedOverTally passedOver)
    {
        var splits = SplitLayout.Of(photos.Select(p => p.Name));
        var labelled = new List<LabelledPhoto>(photos.Count);
        foreach (var photo in photos)
        {
            if (splits is not null && SplitFolders.Of(photo.Name) is null)
                passedOver.Add(OutsideSplits, photo.Name);
            else if (ClassFolder(photo.Name, splits) is not { } folder)
                passedOver.Add(NoClassFolder, photo.Name);
            else
                labelled.Add(new LabelledPhoto(photo.Path, photo.Name, Path.GetFileName(folder), null));
        }
        string[] folders = [.. labelled.Select(p => ClassFolder(p.Name, splits)!).Distinct()];
        ClassFolders.Check(root, folders, splits is not null);
        FoldersInClasses.Find(folders, passedOver);
        LostClasses.InFolders(photos, splits, passedOver).ToList().ForEach(passedOver.Add);
        return labelled;
    }

    /// <summary>The folder of a photo relative to its split folder ("cats/brown"); null if it is in none.</summary>
    public static string? ClassFolder(string name, SplitLayout? splits)
    {
        return Parent(splits?.Below(name) ?? name) is { Length: > 0 } folder ? folder : null;
    }

    /// <summary>The name of the folder that contains a file or folder; empty if there is none.</summary>
    public static string Parent(string name) => name.LastIndexOf('/') is var end and > 0 ? name[..end] : "";
}
