using CsvHelper;
using PetBreeds.Runtime;

namespace PetBreeds.Catalog.Labels;

/// <summary>A record of a table with its line number; cells are trimmed, one for each header.</summary>
internal sealed record TableRow(int Line, string[] Cells);

/// <summary>A photo of the table. Split is null if there is no column for it.</summary>
internal sealed record CsvRow(int Line, string Photo, string[] Labels, Split? Split);

/// <summary>The labels of photos in a table.</summary>
/// <param name="Rows">The rows with a photo and a label; Labels may be empty if photos may have several.</param>
/// <param name="SplitColumn">The column of splits; null if there is none.</param>
internal sealed record LabelTable(IReadOnlyList<CsvRow> Rows, string? SplitColumn);

/// <summary>Reads the columns of a CSV file that make up a catalog, and ignores the rest.</summary>
internal static class CsvTable
{
    public const string Unlabelled = "for test and without a label";

    /// <summary>The default name of the split column, which may be missing.</summary>
    private static readonly string Default = new CatalogOptions().SplitColumn;

    /// <summary>
    /// The separator is detected from the header (spreadsheets in many countries write ';'); malformed quotes are rejected, not repaired.
    /// </summary>
    private static readonly CsvReaderOptions Dialect = new()
    {
        MalformedData = CsvMalformedDataHandling.Throw,
        TrackLineNumbers = true,
        TrimWhitespace = true,
    };

    /// <exception cref="UserException">
    /// The file cannot be read, a column is missing or a cell is empty; the message names the line.
    /// </exception>
    public static LabelTable Read(string file, CatalogOptions options, PassedOverTally passedOver)
    {
        try
        {
            using var csv = CsvReader.FromText(TextFile.Read(file, options.Encoding), Dialect);
            var columns = csv.Headers.Select(c => c.Trim()).ToArray();
            if (columns.Length == 0)
                throw new UserException("the table of labels is empty", file,
                    $"Its first line must name the columns: {options.PhotoColumn},{options.LabelColumn}");
            return Interpret(file, columns, Records(csv, columns, file), options, passedOver);
        }
        catch (CsvFormatException e)
        {
            throw new UserException($"line {e.LineNumber} is not valid CSV: {e.Message}", file,
                "Quote cells that contain quotes or separators, and double the quotes inside.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException("the table of labels cannot be read: " + e.Message, file,
                "Give an existing CSV file: `labels csv:FILE`.", e);
        }
    }

    /// <summary>Rows without any filled cell, as spreadsheets leave them, count as empty lines.</summary>
    private static List<TableRow> Records(CsvReader csv, string[] columns, string file)
    {
        var rows = new List<TableRow>();
        while (csv.Read())
        {
            string[] cells = [.. Enumerable.Range(0, Math.Max(csv.FieldCount, columns.Length)).Select(i => csv.GetString(i).Trim())];
            if (Array.FindLastIndex(cells, cell => cell.Length > 0) is var last && last >= columns.Length)
                throw new UserException($"line {csv.LineNumber} has {last + 1} cells, but the header has {columns.Length}", file,
                    $"Quote cells that contain the separator, '{csv.Separator}'.");
            if (last >= 0)
                rows.Add(new TableRow((int)csv.LineNumber, cells[..columns.Length]));
        }
        return rows;
    }

    private static LabelTable Interpret(string file, string[] columns, List<TableRow> rows, CatalogOptions options,
        PassedOverTally passedOver)
    {
        var (photo, split) = (Column(file, columns, options.PhotoColumn), Column(file, columns, options.SplitColumn));
        var labels = Labels(file, columns, options);
        if (photo < 0 || labels is null || split < 0 && options.SplitColumn != Default)
            throw Missing(file, columns, rows, options, photo, labels, split);
        var splits = split >= 0 || options.Split == SplitMode.Auto || options.Split == SplitMode.Column
            ? SplitColumn.Find(file, columns, rows, split, [photo, .. labels.Indexes]) : null;
        if (splits is null && options.Split == SplitMode.Column)
            throw Missing(file, columns, rows, options, photo, labels, split);
        var read = new List<CsvRow>(rows.Count);
        int[] used = [photo, .. labels.Indexes];
        if (rows.Find(row => used.Any(i => row.Cells[i].Contains(TextFile.Lost))) is { } lost)
            throw new UserException($"line {lost.Line} contains '{TextFile.Lost}', which marks a character that another program lost", file,
                "Correct the character in the table, or export the table again as UTF-8.");
        foreach (var row in rows)
        {
            if (row.Cells[photo] is not { Length: > 0 } name)
                throw Empty(row, columns[photo], file);
            var (found, its) = (labels.Of(row, file), splits?.Of(row, file));
            if (found.Length > 0 || options.LabelDelim is not null)
                read.Add(new CsvRow(row.Line, name, found, its));
            else if (its == Split.Test) // as is usual in competitions
                passedOver.Add(Unlabelled, name);
            else
                throw Empty(row, labels.Names is [var only] ? only : "label", file);
        }
        return new LabelTable(read, splits?.Name);
    }

    private static UserException Empty(TableRow row, string column, string file) =>
        new($"line {row.Line} has no {column}", file, "Fill in the cell, or remove the line.");

    /// <summary>The column of labels, or several separated by ','; null if there is none.</summary>
    private static LabelColumns? Labels(string file, string[] columns, CatalogOptions options)
    {
        if (Column(file, columns, options.LabelColumn) is var single and >= 0)
            return new LabelColumns([single], [columns[single]], options.LabelDelim);
        int[] several = [.. options.LabelColumn.Split(',', StringSplitOptions.TrimEntries).Select(name => Column(file, columns, name))];
        return several.Length > 1 && several.All(i => i >= 0)
            ? new LabelColumns(several, [.. several.Select(i => columns[i])], options.LabelDelim)
            : null;
    }

    private static UserException Missing(
        string file, string[] columns, IReadOnlyList<TableRow> rows, CatalogOptions options, int photo, LabelColumns? labels, int split)
    {
        (bool Is, string Column, string Remedy)[] all =
        [
            (photo < 0, options.PhotoColumn, "`photo-column` for the photos' paths"),
            (labels is null, options.LabelColumn, "`label-column` for their labels"),
            (split < 0 && (options.SplitColumn != Default || options.Split == SplitMode.Column),
                options.SplitColumn, "`split-column` for their splits"),
        ];
        var missing = all.Where(column => column.Is).ToList();
        var classes = labels is null ? LabelColumns.OneHot(columns, rows, [photo, split]) : [];
        return new UserException(
            $"the table has no column {string.Join(" and no column ", missing.Select(column => $"'{column.Column}'"))}; "
            + $"it has {string.Join(", ", columns)}", file,
            $"Name the columns to use: {string.Join(", ", missing.Select(column => column.Remedy))}."
            + (classes.Length > 0
                ? $" {string.Join(", ", classes)} contain only 0 and 1; if each is a class: `label-column {string.Join(',', classes)}`."
                : ""));
    }

    /// <summary>The column with the exact name if there is one, otherwise one that differs in case.</summary>
    private static int Column(string file, string[] columns, string name)
    {
        foreach (var comparison in new[] { StringComparison.Ordinal, StringComparison.OrdinalIgnoreCase })
        {
            int[] found = [.. Enumerable.Range(0, columns.Length).Where(i => columns[i].Equals(name, comparison))];
            if (found.Length > 1)
                throw new UserException($"the table has {found.Length} columns '{name}'", file, "Give each column a unique name.");
            if (found is [var only])
                return only;
        }
        return -1;
    }
}
