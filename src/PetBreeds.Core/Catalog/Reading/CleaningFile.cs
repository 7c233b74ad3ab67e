using CsvHelper;
using PetBreeds.Catalog.Files;
using PetBreeds.Runtime;
using PetBreeds.Runtime.Files;

namespace PetBreeds.Catalog.Reading;

/// <summary>A reviewer's decision about a photo.</summary>
internal enum CleaningAction
{
    /// <summary>The label is right.</summary>
    Keep,

    /// <summary>Leave the photo out.</summary>
    Delete,

    /// <summary>It has another label.</summary>
    Relabel,
}

/// <summary>A decision about one photo.</summary>
/// <param name="Photo">The photo's name in the catalog.</param>
/// <param name="Action">What to do.</param>
/// <param name="Label">The new class for <see cref="CleaningAction.Relabel"/>, otherwise null.</param>
/// <param name="OldLabel">The class it had when it was reviewed.</param>
/// <param name="Line">Its line in the file, for error messages; 0 if it is not from a file.</param>
internal sealed record CleaningDecision(string Photo, CleaningAction Action, string? Label, string OldLabel, int Line = 0);

/// <summary>
/// Reads and writes cleaning.csv: one row for each reviewed photo, with names relative to the data set's root and separated by '/'. The
/// photos themselves are never touched.
/// </summary>
internal static class CleaningFile
{
    /// <summary>The columns.</summary>
    public const string Header = "photo,action,label,old_label";

    /// <summary>The reason under which photos left out by such a file are counted in <see cref="PhotoCatalog.PassedOver"/>.</summary>
    public const string Deleted = "deleted by cleaning";

    /// <summary>Writes the file atomically; it is on disk when this returns.</summary>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Write(string file, IEnumerable<CleaningDecision> decisions)
    {
        ArgumentNullException.ThrowIfNull(decisions);
        CsvFile.Write(file, "the list of decisions", Header, csv =>
        {
            foreach (var d in decisions.OrderBy(d => d.Photo, StringComparer.Ordinal))
                csv.Text(d.Photo).Text(d.Action.ToString().ToLowerInvariant()).Text(d.Label ?? "").Text(d.OldLabel).EndRow();
        });
    }

    /// <summary>
    /// Prevents others from writing the file until the returned object is disposed, because each would overwrite the other's decisions. The
    /// system releases the lock when the program ends, for whatever reason.
    /// </summary>
    /// <returns>The lock; null while somebody else holds it.</returns>
    /// <exception cref="UserException">The folder cannot be written to.</exception>
    public static IDisposable? TryLock(string file) =>
        WriteErrors.Guard(file, "the list of decisions", () => FileLock.TryTake(file + ".lock", temporary: true));

    /// <summary>Reads the file.</summary>
    /// <exception cref="UserException">The file cannot be read, or a row is invalid; the message names the line.</exception>
    public static IReadOnlyList<CleaningDecision> Read(string file, string? encoding = null)
    {
        try
        {
            using var csv = CsvReader.FromText(TextFile.ReadList(file, encoding),
                new CsvReaderOptions { MalformedData = CsvMalformedDataHandling.Throw, TrackLineNumbers = true });
            int[] columns = [.. Header.Split(',').Select(name => Array.FindIndex([.. csv.Headers], c => c.Trim() == name))];
            if (columns.Contains(-1))
                throw new UserException($"this is not a list of cleaning decisions: its first line must be {Header}", file,
                    "Give a file that a review of labels wrote.")
                { Next = NextStep.ReviewLabels };
            var decisions = new List<CleaningDecision>();
            while (csv.Read())
            {
                if (Enumerable.Range(0, csv.FieldCount).All(i => string.IsNullOrWhiteSpace(csv.GetString(i))))
                    continue; // as left by spreadsheets
                decisions.Add(Row([.. columns.Select(column => CsvText.Text(csv.GetString(column)))], (int)csv.LineNumber, file));
            }
            return Unique(decisions, file);
        }
        catch (CsvFormatException e)
        {
            throw new UserException($"line {e.LineNumber} is not valid CSV: {e.Message}", file,
                "Quote cells that contain quotes or separators.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException("the list of cleaning decisions cannot be read: " + e.Message, file,
                "As `cleaning`, give a file that a review of labels wrote.", e)
            { Next = NextStep.ReviewLabels };
        }
    }

    /// <summary>The same, with photos named as on disk, whatever Unicode form the file uses.</summary>
    /// <param name="file">The file.</param>
    /// <param name="encoding">Its encoding, if it is not UTF-8.</param>
    /// <param name="photos">Names of photos as on disk; others stay as written.</param>
    /// <exception cref="UserException">The file cannot be read, or a row is invalid; the message names the line.</exception>
    public static IReadOnlyList<CleaningDecision> Read(string file, string? encoding, IEnumerable<string> photos)
    {
        var names = new KnownNames(photos);
        return Unique(
            Read(file, encoding).Select(decision => decision with { Photo = names.Find(decision.Photo) ?? decision.Photo }), file);
    }

    private static CleaningDecision[] Unique(IEnumerable<CleaningDecision> decisions, string file)
    {
        var unique = new Dictionary<string, CleaningDecision>(StringComparer.Ordinal);
        foreach (var decision in decisions)
            if (!unique.TryAdd(decision.Photo, decision))
                throw Wrong(decision.Line, $"'{decision.Photo}' is already in line {unique[decision.Photo].Line}", file,
                    "Keep one of the two.");
        return [.. unique.Values];
    }

    /// <summary>
    /// Leaves out and relabels photos according to the file. Decisions about files that have already been left out have no effect.
    /// </summary>
    /// <returns>The photos, and a description of what was done.</returns>
    internal static (List<(LabelledPhoto Photo, Split Split)> Photos, string Said) Apply(
        string file, string? encoding, List<(LabelledPhoto Photo, Split Split)> photos, PassedOverTally passedOver)
    {
        var decisions = Read(file, encoding, photos.Select(p => p.Photo.Name).Concat(passedOver.Names));
        var known = photos.ToDictionary(p => p.Photo.Name, p => p.Photo.Label, StringComparer.Ordinal);
        var labels = known.Values.ToHashSet(StringComparer.Ordinal);
        var leftOut = passedOver.Names.ToHashSet(StringComparer.Ordinal);
        foreach (var decision in decisions.Where(d => known.ContainsKey(d.Photo) || !leftOut.Contains(d.Photo)))
            Check(decision, known.GetValueOrDefault(decision.Photo), labels, file);
        var byName = decisions.ToDictionary(d => d.Photo, StringComparer.Ordinal);
        var deleted = decisions.Where(d => d.Action == CleaningAction.Delete && known.ContainsKey(d.Photo))
            .Select(d => d.Photo).ToHashSet(StringComparer.Ordinal);
        var relabelled = 0;
        for (var i = 0; i < photos.Count; i++)
        {
            var photo = photos[i].Photo;
            if (byName.GetValueOrDefault(photo.Name) is not { Action: CleaningAction.Relabel, Label: { } label } || label == photo.Label)
                continue;
            photos[i] = (photo with { Label = label }, photos[i].Split);
            relabelled++;
        }
        passedOver.Override(Deleted, deleted);
        return (photos.FindAll(p => !deleted.Contains(p.Photo.Name)),
            $"{relabelled} relabelled and {deleted.Count} left out by {Path.GetFileName(file)}");
    }

    private static void Check(CleaningDecision decision, string? label, HashSet<string> labels, string file)
    {
        if (label is null)
            throw Wrong(decision.Line, $"the data set has no photo '{decision.Photo}'", file,
                "Names are relative to the data set's root; does the file belong to another data set?");
        if (decision.Action != CleaningAction.Relabel)
            return;
        if (!labels.Contains(decision.Label!))
            throw Wrong(decision.Line, $"no photo of the data set has the label '{decision.Label}'", file,
                "Write a label as the data set has it.");
        if (label != decision.OldLabel && label != decision.Label)
            throw Wrong(decision.Line, $"'{decision.Photo}' now has the label '{label}'; when it was reviewed, it had "
                + $"'{decision.OldLabel}'", file,
                "Review it again, or remove the line.");
    }

    private static CleaningDecision Row(string[] cells, int line, string file)
    {
        var action = cells[1].Trim() switch
        {
            "keep" => CleaningAction.Keep,
            "delete" => CleaningAction.Delete,
            "relabel" => CleaningAction.Relabel,
            var other => throw Wrong(line, $"'{other}' is not an action", file, "An action is keep, delete or relabel."),
        };
        if (cells[0].Length == 0)
            throw Wrong(line, "the photo is missing", file, "Fill in the cell, or remove the line.");
        if (action == CleaningAction.Relabel && cells[2].Length == 0)
            throw Wrong(line, "the new label is missing", file, "Fill in the cell, or remove the line.");
        return new CleaningDecision(cells[0], action, action == CleaningAction.Relabel ? ComposedText.Of(cells[2])
            : null, ComposedText.Of(cells[3]), line);
    }

    private static UserException Wrong(int line, string problem, string file, string remedy) =>
        new($"line {line}: {problem}", file, remedy);
}
