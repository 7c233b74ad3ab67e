using System.Globalization;
using PetBreeds.Runtime.Files;

namespace PetBreeds.Runs;

/// <summary>
/// Tables of numbers under a header line, as stored in run folders. Columns are found by name, so that later versions may add some.
/// </summary>
internal static class NumberTable
{
    /// <summary>Writes a table; numbers round-trip exactly.</summary>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Write(string path, string header, IEnumerable<double[]> rows) => CsvFile.Write(path, "the table", header, csv =>
    {
        foreach (var row in rows)
        {
            foreach (var value in row)
                csv.Number(value);
            csv.EndRow();
        }
    }, CsvFile.CloseIt);

    /// <summary>
    /// Reads the cells of the given columns, row by row; a missing column or cell is an empty string. Returns no rows if the file does not
    /// exist.
    /// </summary>
    public static IReadOnlyList<string[]> Read(string path, params string[] columns)
    {
        if (!File.Exists(path))
            return [];
        try
        {
            var lines = File.ReadLines(path).Select(line => line.Split(','));
            var places = lines.FirstOrDefault() is { } header ? columns.Select(column => Array.IndexOf(header, column)).ToArray() : [];
            return [.. lines.Skip(1).Select(cells =>
                places.Select(place => place >= 0 && place < cells.Length ? cells[place] : "").ToArray())];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"the table cannot be read: {e.Message}", path, "Check the file and its permissions.", e);
        }
    }

    /// <summary>Parses a cell; NaN if it is not a number.</summary>
    public static double Number(string cell) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN;
}
