namespace PetBreeds.Catalog;

/// <summary>Labels photos by a table.</summary>
internal static class CsvLabels
{
    /// <summary>Names of files differ in case only where the platform's disks tell them apart.</summary>
    private static readonly StringComparer PathComparer =
        OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;

    public static LabelledPhotos Read(string file, string? data, CatalogOptions options, PassedOverTally passedOver)
    {
        var full = Path.GetFullPath(file);
        var beside = Path.GetDirectoryName(full)!;
        var root = data is null ? beside : Path.GetFullPath(data);
        var rows = Resolve(full, root, beside, CsvTable.Read(full, options), options.LabelDelim, passedOver);
        var unique = Unique(full, rows, passedOver).ToDictionary(r => r.Name, StringComparer.Ordinal);
        var files = unique.Values.Select(r => new PhotoFile(r.Path, r.Name)).OrderBy(f => f.Name, StringComparer.Ordinal).ToList();
        var photos = PhotoFiles.KeepPhotos(files, passedOver).Select(f => unique[f.Name]).ToList();
        var source = $"{Path.GetFileName(full)}, column {options.LabelColumn}{(options.LabelDelim is null ? "" : $", several separated by '{options.LabelDelim}'")}";
        return new LabelledPhotos(root, photos, source, full, photos.Exists(p => p.Split is not null)) { Listed = [.. unique.Values] };
    }

    private static List<(int Line, LabelledPhoto Photo)> Resolve(
        string file, string root, string beside, IReadOnlyList<CsvRow> rows, string? delimiter, PassedOverTally passedOver)
    {
        var found = new List<(int, LabelledPhoto)>(rows.Count);
        var missing = new List<CsvRow>();
        var files = new ComposedFiles();
        foreach (var row in rows)
        {
            if (Locate(row.Photo, root, beside, files) is { } path)
                found.Add((row.Line, Labelled(row, path, NameOf(root, path), SplitOf(row, file), delimiter)));
            else
                missing.Add(row);
        }
        if (missing is [var first, ..] && !passedOver.Tolerant)
            throw new UserException(
                $"line {first.Line} lists '{first.Photo}', which does not exist "
                + $"({missing.Count} of {rows.Count} listed photos are missing)", file,
                $"Paths are relative to {(root == beside ? root : root + " or " + beside)}.");
        missing.ForEach(row => passedOver.AddProblem(row.Photo, $"line {row.Line} of {Path.GetFileName(file)} lists it, but there is no such file"));
        return found;
    }

    private static LabelledPhoto Labelled(CsvRow row, string path, string name, Split? split, string? delimiter)
    {
        if (delimiter is null)
            return new LabelledPhoto(path, name, row.Label, split);
        string[] labels = [.. row.Label.Split(delimiter, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Distinct().Order(StringComparer.Ordinal)];
        return new LabelledPhoto(path, name, string.Join(delimiter, labels), split) { Several = labels };
    }

    /// <summary>Below the data folder first, then beside the table. Tables written on Windows separate by '\'.</summary>
    private static string? Locate(string listed, string root, string beside, ComposedFiles files)
    {
        if (listed.Contains('\0'))
            return null; // no path on any platform: .NET throws
        string[] candidates = [Path.GetFullPath(listed, root), Path.GetFullPath(listed, beside),
            Path.GetFullPath(listed.Replace('\\', '/'), root), Path.GetFullPath(listed.Replace('\\', '/'), beside)];
        return candidates.Select(files.Locate).FirstOrDefault(path => path is not null);
    }

    private static string NameOf(string root, string path) => Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/');

    private static Split? SplitOf(CsvRow row, string file) => row.Split is null
        ? null
        : SplitFolders.Named(row.Split) ?? throw new UserException($"line {row.Line} has the split '{row.Split}'", file,
            "A split is train, valid (or val, validation) or test.");

    /// <summary>
    /// A photo listed twice alike counts once; listed with two labels or splits it is an error, for it would leak or contradict.
    /// </summary>
    private static IEnumerable<LabelledPhoto> Unique(string file, List<(int Line, LabelledPhoto Photo)> rows, PassedOverTally passedOver)
    {
        var seen = new Dictionary<string, (int Line, LabelledPhoto Photo)>(PathComparer);
        foreach (var row in rows)
        {
            if (seen.TryAdd(row.Photo.Path, row))
                continue;
            var first = seen[row.Photo.Path];
            var contradiction = $"listed as {Say(first.Photo)} in line {first.Line} and as {Say(row.Photo)} in line {row.Line}";
            if (first.Photo.Label == row.Photo.Label && first.Photo.Split == row.Photo.Split)
                passedOver.Add("listed twice", row.Photo.Name);
            else if (passedOver.Tolerant)
                passedOver.AddProblem(row.Photo.Name, contradiction);
            else
                throw new UserException($"'{row.Photo.Name}' is {contradiction}", file, "Keep one of the two lines.");
        }
        return seen.Values.Select(row => row.Photo);
    }

    private static string Say(LabelledPhoto photo) =>
        photo.Split is { } split ? $"{photo.Label} ({split.ToString().ToLowerInvariant()})" : photo.Label;
}
