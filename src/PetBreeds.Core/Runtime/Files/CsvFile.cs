namespace PetBreeds.Runtime.Files;

/// <summary>Writes CSV files: whole, or row by row.</summary>
internal static class CsvFile
{
    /// <summary>Where a spreadsheet is the likeliest obstacle.</summary>
    public const string CloseIt = "Close the program that holds it open, or free some space.";

    /// <summary>Writes a file whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it is, to complete "... cannot be written".</param>
    /// <param name="header">The columns' names, separated by commas; null where <paramref name="rows"/> writes them.</param>
    /// <param name="rows">Writes the rows.</param>
    /// <param name="remedy">What to do where it fails.</param>
    /// <exception cref="UserException">It cannot be written; what was there before is untouched.</exception>
    public static void Write(string path, string what, string? header, Action<CsvRowWriter> rows, string remedy = WriteErrors.Remedy) =>
        AtomicFile.Write(path, what, stream => Fill(stream, header, rows), remedy);

    /// <summary>Adds rows to a file, after the header where the file is new. They are on the disk when this returns.</summary>
    /// <inheritdoc cref="Write"/>
    /// <exception cref="UserException">They cannot be written; what was there before is untouched.</exception>
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
                file.SetLength(before); // a full disk may have taken half a row, which the next row would be added to
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
