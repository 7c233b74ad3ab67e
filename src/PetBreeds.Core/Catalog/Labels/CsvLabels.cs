using PetBreeds.Catalog.Files;

namespace PetBreeds.Catalog.Labels;

/// <summary>Labels photos from a table.</summary>
internal static class CsvLabels
{
    /// <summary>File names that differ only in case are different if the platform's file systems distinguish them.</summary>
    private static readonly StringComparer PathComparer =
        OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;

    public static LabelledPhotos Read(string file, string? data, CatalogOptions options, PassedOverTally passedOver)
    {
        var full = Path.GetFullPath(file);
        var beside = Path.GetDirectoryName(full)!;
        var root = data is null ? beside : Path.GetFullPath(data);
        var table = CsvTable.Read(full, options, passedOver);
        var (rows, finding) = Resolve(full, root, beside, table.Rows, options.LabelDelim, passedOver);
        var unique = Unique(full, rows, passedOver).ToDictionary(r => r.Name, StringComparer.Ordinal);
        var files = unique.Values.Select(r => new PhotoFile(r.Path, r.Name)).OrderBy(f => f.Name, StringComparer.Ordinal).ToList();
        var photos = PhotoFiles.KeepPhotos(files, passedOver).Select(f => unique[f.Name]).ToList();
        var several = options.LabelDelim is { } delimiter ? $", several separated by '{delimiter}'" : "";
        var source = $"{Path.GetFileName(full)}, column {options.LabelColumn}{several}{finding}";
        return new LabelledPhotos(root, photos, source, full, table.SplitColumn) { Listed = [.. unique.Values] };
    }

    private static (List<(int Line, LabelledPhoto Photo)> Rows, string Finding) Resolve(
        string file, string root, string beside, IReadOnlyList<CsvRow> rows, string? delimiter, PassedOverTally passedOver)
    {
        var found = new List<(int, LabelledPhoto)>(rows.Count);
        var missing = new List<CsvRow>();
        var files = new ListedFiles(root, beside);
        var ways = new List<Found>(rows.Count);
        foreach (var row in rows)
        {
            if (files.Locate(row.Photo) is var (path, how))
            {
                found.Add((row.Line, Labelled(row, path, NameOf(root, path), delimiter)));
                ways.Add(how);
            }
            else
                missing.Add(row);
        }
        if (missing is [var first, ..] && (!passedOver.Tolerant || found.Count == 0))
            throw new UserException(
                $"line {first.Line} lists '{first.Photo}', which does not exist "
                + $"({missing.Count} of {rows.Count} listed photos are missing)", file,
                $"Paths are relative to {(root == beside ? root : root + " or " + beside)}"
                + (files.Elsewhere(first.Photo) is { } elsewhere
                    ? $"; there '{elsewhere}' has that name: correct the paths, or name their folder as `data`." : "."));
        foreach (var row in missing)
            passedOver.AddProblem(row.Photo, $"line {row.Line} of {Path.GetFileName(file)} lists it, but there is no such file");
        return (found, Say(Found.ByStem, "found by name without extension")
            + Say(Found.InOtherCase, "with the extension in different letter case"));

        string Say(Found how, string said) => ways.Count(way => way == how) is > 0 and var count ? $", {count} {said}" : "";
    }

    private static LabelledPhoto Labelled(CsvRow row, string path, string name, string? delimiter) => delimiter is null
        ? new LabelledPhoto(path, name, row.Labels[0], row.Split)
        : new LabelledPhoto(path, name, string.Join(delimiter, row.Labels), row.Split) { Several = row.Labels };

    private static string NameOf(string root, string path) => Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/');

    /// <summary>
    /// A photo that is listed twice identically counts once; listing it with two labels or splits is an error, because it would leak or
    /// contradict itself.
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
            if (ComposedText.Of(first.Photo.Label) == ComposedText.Of(row.Photo.Label) && first.Photo.Split == row.Photo.Split)
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
