namespace PetBreeds.Runtime.Files;

/// <summary>Writes CSV files, as a whole or row by row.</summary>
internal static class CsvFile
{
    /// <summary>The remedy if a spreadsheet is the most likely obstacle.</summary>
    public const string CloseIt = "Close the program that holds it open, or free some space.";

    /// <summary>Writes a file atomically.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">A description of the file, to complete "... cannot be written".</param>
    /// <param name="header">The column names, separated by commas; null if <paramref name="rows"/> writes them.</param>
    /// <param name="rows">Writes the rows.</param>
    /// <param name="remedy">What to do if it fails.</param>
    /// <exception cref="UserException">The file cannot be written; any existing file is untouched.</exception>
    public static void Write(string path, string what, string? header, Action<CsvRowWriter> rows, string remedy = WriteErrors.Remedy) =>
        AtomicFile.Write(path, what, stream => Fill(stream, header, rows), remedy);

    /// <summary>Appends rows to a file, preceded by the header if the file is new. They are on disk when this returns.</summary>
    /// <inheritdoc cref="Write"/>
    /// <exception cref="UserException">The rows cannot be written; the existing content is untouched.</exception>
    public static void Append(string path, string what, string header, Action<CsvRowWriter> rows, string remedy = WriteErrors.Remedy) =>
        WriteErrors.Guard(path, what, () =>
        {
            using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
            var before = file.Length;
            try
            {
                Fill(file, before == 0 ? header : null, rows);
                file.Flush(flushToDisk: true);
            }
            catch
            {
                file.SetLength(before); // a full disk may have left half a row, to which the next row would be appended
                throw;
            }
        }, remedy);

    private static void Fill(Stream stream, string? header, Action<CsvRowWriter> rows)
    {
        using var csv = new CsvRowWriter(stream);
        if (header is not null)
            csv.Header(header);
        rows(csv);
    }
}
