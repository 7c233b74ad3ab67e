using CsvHelper;

namespace PetBreeds.Runtime.Files;

/// <summary>
/// Writes rows as every CSV file of this program has them: UTF-8 without a mark, commas, line feeds, numbers with a point, and no cell that
/// a spreadsheet would run as a formula. Every row must have as many cells as the header.
/// </summary>
/// <param name="stream">Written to in large pieces; it stays open.</param>
internal sealed class CsvRowWriter(Stream stream) : IDisposable
{
    // Its own guard against formulas (CsvInjection) leaves out those after white space, and quotes each cell it guards.
    private static readonly CsvWriterOptions Dialect = new() { NewLine = "\n" };

    private readonly CsvWriter _csv = CsvWriter.Create(stream, Dialect, leaveOpen: true);

    /// <summary>Writes the first row.</summary>
    /// <param name="names">Of the columns, separated by commas.</param>
    public void Header(string names) => _csv.WriteHeader(names.Split(','));

    /// <summary>
    /// Adds a cell of text. It is quoted where RFC 4180 asks for it, and where a reader might trim it or take its tab for a separator.
    /// </summary>
    public CsvRowWriter Text(string text)
    {
        var safe = CsvText.Guarded(text);
        _csv.WriteField(safe, safe.Contains('\t') || safe.Trim() != safe ? CsvQuoting.Always : CsvQuoting.WhenNeeded);
        return this;
    }

    /// <summary>Adds a cell of a number, which is no formula even where it is negative.</summary>
    /// <param name="value">The number.</param>
    /// <param name="format">Empty: the shortest text that gives the same number when it is read.</param>
    public CsvRowWriter Number<T>(T value, string format = "") where T : IUtf8SpanFormattable
    {
        _csv.WriteField(value, format);
        return this;
    }

    /// <summary>Ends the row.</summary>
    public void EndRow() => _csv.EndRecord();

    /// <summary>Writes out what is buffered.</summary>
    public void Dispose() => _csv.Dispose();
}
