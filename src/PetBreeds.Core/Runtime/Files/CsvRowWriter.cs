using CsvHelper;

namespace PetBreeds.Runtime.Files;

/// <summary>
/// Writes rows in the format of all CSV files of this program: UTF-8 without a byte-order mark, commas, line feeds, numbers with a decimal
/// point, and no cell that a spreadsheet would run as a formula. Every row must have as many cells as the header.
/// </summary>
/// <param name="stream">The stream, written in large blocks; it stays open.</param>
internal sealed class CsvRowWriter(Stream stream) : IDisposable
{
    // The library's own protection against formulas (CsvInjection) misses those after white space, and quotes each protected cell.
    private static readonly CsvWriterOptions Dialect = new() { NewLine = "\n" };

    private readonly CsvWriter _csv = CsvWriter.Create(stream, Dialect, leaveOpen: true);

    /// <summary>Writes the first row.</summary>
    /// <param name="names">The column names, separated by commas.</param>
    public void Header(string names) => _csv.WriteHeader(names.Split(','));

    /// <summary>
    /// Adds a cell of text. It is quoted if RFC 4180 requires it, or if a reader might trim it or treat its tab as a separator.
    /// </summary>
    public CsvRowWriter Text(string text)
    {
        var safe = CsvText.Guarded(text);
        _csv.WriteField(safe, safe.Contains('\t') || safe.Trim() != safe ? CsvQuoting.Always : CsvQuoting.WhenNeeded);
        return this;
    }

    /// <summary>Adds a number, which is not a formula even if it is negative.</summary>
    /// <param name="value">The number.</param>
    /// <param name="format">The format; empty for the shortest text that round-trips.</param>
    public CsvRowWriter Number<T>(T value, string format = "") where T : IUtf8SpanFormattable
    {
        _csv.WriteField(value, format);
        return this;
    }

    /// <summary>Ends the row.</summary>
    public void EndRow() => _csv.EndRecord();

    /// <summary>Flushes the buffer.</summary>
    public void Dispose() => _csv.Dispose();
}
