using CsvHelper;

namespace PetBreeds.Catalog;

/// <summary>
/// One line of the table: cells are trimmed and, but for a list of labels, not empty; Split is null where the table has no such column.
/// </summary>
internal sealed record CsvRow(int Line, string Photo, string Label, string? Split);

/// <summary>Reads the columns of a CSV file that make a catalog, and nothing else of it.</summary>
internal static class CsvTable
{
    /// <summary>
    /// The separator is found from the header (spreadsheets in many countries write ';'); broken quotes are refused, not mended.
    /// </summary>
    private static readonly CsvReaderOptions Dialect = new()
    {
        MalformedData = CsvMalformedDataHandling.Throw,
        TrackLineNumbers = true,
        TrimWhitespace = true,
    };

    /// <exception cref="UserException">The file cannot be read, a column is missing, a cell is empty; the line is named.</exception>
    public static IReadOnlyList<CsvRow> Read(string file, CatalogOptions options)
    {
        try
        {
            using var csv = CsvReader.FromFile(file, Dialect);
            return [.. Rows(csv, file, options)];
        }
        catch (CsvFormatException e)
        {
            throw new UserException($"line {e.LineNumber} is no CSV: {e.Message}", file,
                "Quote cells that contain quotes or separators, and double the quotes inside.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException("the table of labels cannot be read: " + e.Message, file,
                "Give an existing CSV file: --labels csv:FILE", e);
        }
    }

    private static IEnumerable<CsvRow> Rows(CsvReader csv, string file, CatalogOptions options)
    {
        var columns = csv.Headers.Select(c => c.Trim()).ToArray();
        if (columns.Length == 0)
            throw new UserException("the table of labels is empty", file,
                $"Its first line must name the columns: {options.PhotoColumn},{options.LabelColumn}");
        var (photo, label) = (Column(columns, options.PhotoColumn), Column(columns, options.LabelColumn));
        var split = Column(columns, options.SplitColumn);
        RefuseMissing(file, columns, options, photo, label, split);
        while (csv.Read())
            yield return new CsvRow((int)csv.LineNumber, Cell(csv, photo, columns, file),
                options.LabelDelim is null ? Cell(csv, label, columns, file) : csv.GetString(label).Trim(),
                split < 0 ? null : Cell(csv, split, columns, file));
    }

    private static void RefuseMissing(string file, string[] columns, CatalogOptions options, int photo, int label, int split)
    {
        var splitWanted = options.Split.Equals("column", StringComparison.OrdinalIgnoreCase)
            || options.SplitColumn != new CatalogOptions().SplitColumn;
        var missing = new List<string>();
        if (photo < 0)
            missing.Add($"'{options.PhotoColumn}'");
        if (label < 0)
            missing.Add($"'{options.LabelColumn}'");
        if (split < 0 && splitWanted)
            missing.Add($"'{options.SplitColumn}'");
        if (missing.Count > 0)
            throw new UserException(
                $"the table has no column {string.Join(" and no column ", missing)}; it has {string.Join(", ", columns)}", file,
                "Name the columns to use: the one with photo paths, the one with labels, and the one with splits if there is one.");
    }

    private static string Cell(CsvReader csv, int column, string[] columns, string file) =>
        csv.GetString(column).Trim() is { Length: > 0 } cell
            ? cell
            : throw new UserException($"line {csv.LineNumber} has no {columns[column]}", file, "Fill the cell, or take the line out.");

    /// <summary>The exact name if it is there, else one that differs in case.</summary>
    private static int Column(string[] columns, string name) =>
        Array.IndexOf(columns, name) is var exact and >= 0
            ? exact
            : Array.FindIndex(columns, c => c.Equals(name, StringComparison.OrdinalIgnoreCase));
}
