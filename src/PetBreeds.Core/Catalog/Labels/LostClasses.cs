using PetBreeds.Catalog.Files;
using PetBreeds.Catalog.Splits;

namespace PetBreeds.Catalog.Labels;

/// <summary>Finds classes that the data set seems to have but of which no photo is left.</summary>
internal static class LostClasses
{
    /// <summary>Extensions of data and text files, whose folders are not classes.</summary>
    private static readonly HashSet<string> NoPictures = new(StringComparer.OrdinalIgnoreCase)
    {
        ".txt", ".md", ".rst", ".csv", ".tsv", ".json", ".jsonl", ".xml", ".yaml", ".yml", ".toml", ".ini", ".html", ".css", ".js", ".py",
        ".ipynb",
        ".sh", ".m", ".mat", ".npy", ".npz", ".pkl", ".pt", ".pth", ".safetensors", ".h5", ".db", ".log", ".zip", ".gz", ".tar", ".7z",
    };

    /// <summary>Whether a file may be intended as a picture, by its name.</summary>
    public static bool MayBePicture(string name) => !NoPictures.Contains(Path.GetExtension(name));

    /// <summary>
    /// Whether a file that is left out was most likely intended for training; leftovers of programs, videos and the like were not.
    /// </summary>
    /// <param name="name">Name of the file.</param>
    /// <param name="reason">Why it is left out.</param>
    public static bool WasPhoto(string name, string reason) =>
        reason.StartsWith(PhotoFiles.KindNotRead, StringComparison.Ordinal)
        || reason == PhotoFiles.Unreadable && MayBePicture(name)
        || reason.StartsWith(PhotoFiles.NoPhoto, StringComparison.Ordinal) && PictureExtensions.Has(name);

    /// <summary>Finds class folders without photos.</summary>
    /// <param name="photos">All photos found, whether or not they are used.</param>
    /// <param name="splits">The split folders that contain the classes; null if there are none.</param>
    /// <param name="passedOver">What was searched and left out.</param>
    public static IEnumerable<Concern> InFolders(IReadOnlyList<PhotoFile> photos, SplitLayout? splits, PassedOverTally passedOver)
    {
        var direct = photos.Select(p => FolderLabels.Parent(p.Name)).ToHashSet(StringComparer.Ordinal);
        var filled = direct.SelectMany(UpFrom).ToHashSet(StringComparer.Ordinal);
        var learned = filled.Select(Label).ToHashSet(StringComparer.Ordinal);
        var own = direct.Select(Label).ToHashSet(StringComparer.Ordinal);
        var reasons = new Lazy<IReadOnlyDictionary<string, string>>(() => passedOver.Reasons);
        foreach (var folder in passedOver.Folders.Order(StringComparer.Ordinal))
        {
            var parent = FolderLabels.Parent(folder);
            if (splits is not null && (SplitFolders.Of(folder + "/") is null || FolderLabels.ClassFolder(folder + "/", splits) is null))
                continue;
            if (filled.Contains(folder))
            {
                if (!direct.Contains(folder) && !own.Contains(Label(folder)) && AroundOthers(folder, reasons.Value) is { } lost
                    && own.Add(Label(folder)))
                    yield return lost;
                continue;
            }
            // For a whole branch without photos, only the outermost folder is named; a folder inside a class is not a class.
            if (parent.Length > 0 && (!filled.Contains(parent) || direct.Contains(parent)) || !learned.Add(Label(folder)))
                continue;
            if (reasons.Value.GetValueOrDefault(folder) == FolderWalk.LinkToNothing)
                yield return new Concern(ConcernKind.LostClass, [folder],
                    $"class '{Label(folder)}' is not learned: '{folder}' is {FolderWalk.LinkToNothing}");
            else if (Of(folder, [.. reasons.Value.Where(p => p.Key.StartsWith(folder + "/", StringComparison.Ordinal))]) is { } concern)
                yield return concern;
        }
    }

    /// <summary>Finds classes whose labelled photos have all been left out.</summary>
    public static void LeftOut(
        IEnumerable<LabelledPhoto> labelled, IEnumerable<(LabelledPhoto Photo, Split Split)> left, PassedOverTally passedOver)
    {
        var known = left.SelectMany(p => p.Photo.All).ToHashSet(StringComparer.Ordinal);
        var lost = labelled.SelectMany(p => p.All, (photo, label) => (photo.Name, Label: label)).Where(p => !known.Contains(p.Label))
            .GroupBy(p => p.Label, p => p.Name).OrderBy(group => group.Key, StringComparer.Ordinal).ToList();
        var reasons = lost.Count > 0 ? passedOver.Reasons : null;
        foreach (var group in lost)
        {
            var why = string.Join(" or ", group.Select(name => reasons!.GetValueOrDefault(name, "now under another label")).Distinct());
            var which = group.Count() == 1 ? group.First() : $"{group.Count()} photos, such as {group.First()}";
            passedOver.Add(new Concern(ConcernKind.LostClass, [group.Key],
                $"no photo of class '{group.Key}' can be used ({which}: {why})"));
        }
    }

    /// <summary>
    /// The loss of a class whose own pictures are unsupported while folders inside it contain photos; null if there are no such pictures.
    /// </summary>
    private static Concern? AroundOthers(string folder, IReadOnlyDictionary<string, string> reasons) =>
        reasons.FirstOrDefault(file =>
            FolderLabels.Parent(file.Key) == folder && WasPhoto(file.Key, file.Value)) is { Key: { } name, Value: var reason }
            ? new Concern(ConcernKind.LostClass, [folder],
                $"class '{Label(folder)}' is not learned: its folder '{folder}' contains no readable photo of its own "
                    + $"({name[(folder.Length + 1)..]}: {reason})")
            : null;

    private static Concern? Of(string folder, List<KeyValuePair<string, string>> files)
    {
        if (files.Exists(file => OwnOutput.Is(file.Value)))
            return null; // a folder created by this program
        files.RemoveAll(file => FolderWalk.IsOfOthers(file.Value));
        var pictures = files.FindAll(file => MayBePicture(file.Key));
        return files.Count > 0 && pictures.Count == 0
            ? new Concern(ConcernKind.NoClass, [folder], $"folder '{folder}' is not a class: it contains no pictures")
            : new Concern(ConcernKind.LostClass, [folder],
                $"class '{Label(folder)}' is not learned: its folder '{folder}' " + (files.Count == 0
                ? "is empty" : $"contains no readable photo ({pictures[0].Key[(folder.Length + 1)..]}: {pictures[0].Value})"));
    }

    private static string Label(string folder) => ComposedText.Of(Path.GetFileName(folder));

    private static IEnumerable<string> UpFrom(string folder)
    {
        for (; folder.Length > 0; folder = FolderLabels.Parent(folder))
            yield return folder;
    }
}
