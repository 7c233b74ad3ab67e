namespace PetBreeds.Catalog;

/// <summary>Finds the photos and their labels in the way the options ask for, or the way the files suggest.</summary>
internal static class LabelSource
{
    private const string Modes = "auto, folder, pattern:REGEX or csv:FILE";

    public static LabelledPhotos Read(CatalogOptions options, PassedOverTally passedOver)
    {
        var (kind, value) = Parse(options.Labels);
        if (kind == "csv")
            return CsvLabels.Read(value, DataFolder(options.Data, optional: true), options, passedOver);
        if (kind == "auto" && IsTable(options.Data))
            return CsvLabels.Read(options.Data!, null, options, passedOver);
        if (options.LabelDelim is not null)
            throw new UserException("several labels a photo come from a table", "--label-delim", "Give one: --labels csv:FILE");
        var root = Root(DataFolder(options.Data, optional: false)!);
        var photos = PhotoFiles.Find(root, passedOver);
        if (photos.Count == 0)
            throw new UserException("there are no photos" + passedOver.Said, root, $"Give a folder with {PhotoSignature.Formats} files: --data FOLDER");
        if (kind == "auto")
            (kind, value) = Recognise(root, photos);
        return kind == "folder"
            ? new LabelledPhotos(root, FolderLabels.Label(root, photos, passedOver), "folder names")
            : new LabelledPhotos(root, PatternLabels.Label(root, photos, value), $"file names, pattern {value}");
    }

    private static (string Kind, string Value) Parse(string labels)
    {
        var colon = labels.IndexOf(':');
        var (kind, value) = colon < 0 ? (labels, "") : (labels[..colon], labels[(colon + 1)..]);
        return (kind.ToLowerInvariant(), value) switch
        {
            ("auto" or "folder", "") when colon < 0 => (kind.ToLowerInvariant(), ""),
            ("pattern" or "csv", { Length: > 0 }) => (kind.ToLowerInvariant(), value),
            _ => throw new UserException($"there is no label source '{labels}'", "--labels", $"Use {Modes}."),
        };
    }

    private static bool IsTable(string? data) =>
        data is not null && File.Exists(data) && Path.GetExtension(data).ToLowerInvariant() is ".csv" or ".tsv";

    private static string? DataFolder(string? data, bool optional)
    {
        if (data is null && optional)
            return null;
        if (string.IsNullOrWhiteSpace(data))
            throw new UserException("no data set is given", "--data", "Give a folder of photos or a CSV file: --data FOLDER");
        if (Directory.Exists(data))
            return Path.GetFullPath(data);
        throw File.Exists(data)
            ? new UserException("the data set is a file, not a folder", data, "Give a folder of photos, or a .csv file with --labels auto.")
            : new UserException("the data set does not exist", data, "Check the path: --data FOLDER");
    }

    /// <summary>The images folder of the Oxford layout: photos lie there, and annotations holds pictures that are none (trimaps).</summary>
    private static string Root(string data)
    {
        var images = Path.Combine(data, "images");
        return Directory.Exists(images) && Directory.Exists(Path.Combine(data, "annotations")) ? images : data;
    }

    private static (string Kind, string Value) Recognise(string root, List<PhotoFile> photos)
    {
        var splitFolders = SplitFolders.Present(photos.Select(p => p.Name));
        // Test photos often have no label: where there are split folders, those of train tell.
        var telling = splitFolders ? photos.FindAll(p => SplitFolders.Of(p.Name) == Split.Train) : photos;
        var folders = telling.Select(p => FolderLabels.ClassFolder(p.Name, splitFolders)).OfType<string>().ToList();
        if (folders.Count > telling.Count / 2 && folders.Distinct().Skip(1).Any())
            return ("folder", "");
        if (PatternLabels.MatchRate(telling, PatternLabels.Default) > 0.5)
            return ("pattern", PatternLabels.Default);
        throw new UserException(
            $"no labels were recognised in {photos.Count} photos: they lie neither in two or more class folders "
            + "(directly or inside train and valid folders) nor are most files named like Breed_123.jpg "
            + $"(the first is '{photos[0].Name}')", root,
            $"Say where labels are with --labels: {Modes}.");
    }
}
