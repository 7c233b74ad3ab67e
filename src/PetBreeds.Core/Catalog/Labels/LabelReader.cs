using PetBreeds.Catalog.Files;
using PetBreeds.Catalog.Splits;

namespace PetBreeds.Catalog.Labels;

/// <summary>Finds the photos and their labels as the options specify or the files suggest.</summary>
internal static class LabelReader
{
    private const string Modes = "auto, folder, pattern:REGEX or csv:FILE";
    private const string Renaming = "Rename it; `convmv -r -f latin1 -t utf8 FOLDER` shows all the new names; add --notest to rename.";

    /// <summary>
    /// Labels are converted to Unicode's composed form, so that a class is the same whichever system its names come from; if that changes
    /// any, the source mentions it.
    /// </summary>
    public static LabelledPhotos Read(CatalogOptions options, PassedOverTally passedOver)
    {
        var set = ReadAsWritten(options, passedOver);
        var photos = set.Photos.Select(Composed).ToList();
        var changed = photos.Zip(set.Photos).Any(p => !p.First.All.SequenceEqual(p.Second.All));
        return set with
        {
            Photos = photos,
            Listed = [.. (set.Listed ?? set.Photos).Select(Composed)],
            Source = set.Source + (changed ? ", in Unicode's composed form (NFC)" : ""),
        };
    }

    private static LabelledPhoto Composed(LabelledPhoto photo) => photo with
    {
        Label = ComposedText.Of(photo.Label),
        Several = photo.Several is { } several ? [.. several.Select(ComposedText.Of).Distinct().Order(StringComparer.Ordinal)] : null,
    };

    private static LabelledPhotos ReadAsWritten(CatalogOptions options, PassedOverTally passedOver)
    {
        var labels = options.Labels;
        if (labels.TablePath is { } table)
            return CsvLabels.Read(table, DataFolder(options.Data, optional: true), options, passedOver);
        if (labels == LabelSource.Auto && IsTable(options.Data))
            return CsvLabels.Read(options.Data!, null, options, passedOver);
        if (options.LabelDelim is not null)
            throw new UserException("several labels per photo need a table", "`label-delim`", "Give one: `labels csv:FILE`.");
        var (root, way) = DataRoot.Of(DataFolder(options.Data, optional: false)!);
        var photos = PhotoFiles.Find(root, passedOver);
        NamesNotText(root, passedOver);
        if (photos.Count == 0)
            throw new UserException("there are no photos" + passedOver.Said, root,
                $"Give a folder with {FileKind.Formats} files as `data`.");
        if (labels == LabelSource.Auto)
            labels = Recognise(root, photos, passedOver);
        var set = labels.Regex is { } pattern
            ? ByPattern(root, way, photos, pattern, passedOver)
            : new LabelledPhotos(root, FolderLabels.Label(root, photos, passedOver), "folder names");
        return way.Length == 0 ? set : set with { Source = $"{set.Source}, in {way}" };
    }

    private static LabelledPhotos ByPattern(string root, string way, List<PhotoFile> photos, string pattern, PassedOverTally passedOver)
    {
        var labelled = PatternLabels.Label(root, way, photos, pattern, passedOver);
        var others = passedOver.Reasons.Where(file => LostClasses.WasPhoto(file.Key, file.Value))
            .Select(file => new PhotoFile("", file.Key));
        return new LabelledPhotos(root, labelled,
            $"file names, pattern {pattern}")
        { Listed = [.. labelled, .. PatternLabels.Matching(way, others, pattern)] };
    }

    /// <summary>A folder that cannot be opened may be a whole class; a file is a smaller loss.</summary>
    private static void NamesNotText(string root, PassedOverTally passedOver)
    {
        foreach (var reason in new[] { FolderWalk.FolderNameNotText, FolderWalk.NameNotText })
        {
            if (passedOver.NamesOf(reason) is not [var first, ..] names)
                continue;
            var problem = $"'{first}' is {(reason == FolderWalk.NameNotText ? "a file " : "")}{reason}" + (names.Count > 1
                ? $", as are {names.Count - 1} more," : "") + " and cannot be opened";
            if (reason == FolderWalk.FolderNameNotText && !passedOver.Tolerant)
                throw new UserException(problem, root, Renaming);
            passedOver.Add(new Concern(ConcernKind.NamesNotText, [.. names], $"{problem}. {Renaming}"));
        }
    }

    private static bool IsTable(string? data) =>
        data is not null && File.Exists(data) && Path.GetExtension(data).ToLowerInvariant() is ".csv" or ".tsv";

    private static string? DataFolder(string? data, bool optional)
    {
        if (data is null && optional)
            return null;
        if (string.IsNullOrWhiteSpace(data))
            throw new UserException("no data set is given", "`data`", "Give a folder of photos or a CSV file.");
        if (Directory.Exists(data))
            return Path.GetFullPath(data);
        throw File.Exists(data)
            ? new UserException("the data set is a file, not a folder", data, "Give a folder of photos, or a .csv file with `labels auto`.")
            : new UserException("the data set does not exist", data, "Check the path.");
    }

    private static LabelSource Recognise(string root, List<PhotoFile> photos, PassedOverTally passedOver)
    {
        var splits = SplitLayout.Of(photos.Select(p => p.Name));
        // Test photos often have no label: if there are split folders, those in train decide.
        var telling = splits is not null ? photos.FindAll(p => SplitFolders.Of(p.Name) == Split.Train) : photos;
        var folders = telling.Select(p => FolderLabels.ClassFolder(p.Name, splits)).OfType<string>().ToList();
        if (folders.Count > telling.Count / 2 && folders.Distinct().Skip(1).Any())
            return LabelSource.Folder;
        if (PatternLabels.MatchRate(telling, PatternLabels.Default) > 0.5)
            return LabelSource.Pattern(PatternLabels.Default);
        if (folders.Count > telling.Count / 2
            && LostClasses.InFolders(photos, splits, passedOver).Any(concern => concern.Kind == ConcernKind.LostClass))
            return LabelSource.Folder; // all but one of the class folders contain no photos: the check of the classes names them
        throw new UserException(
            $"no labels were found for {photos.Count} photos: they are not in two or more class folders "
            + "(directly or inside train and valid folders) and most files are not named like Breed_123.jpg "
            + $"(the first is '{photos[0].Name}'){passedOver.Said.Replace(": ", "; left out: ")}", root,
            $"Say where the labels are with `labels`: {Modes}.");
    }
}
