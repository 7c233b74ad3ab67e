namespace PetBreeds.Reports;

/// <summary>Text from outside (class names, file names) in a CSV file.</summary>
public static class CsvText
{
    // What spreadsheets take for the start of a formula (OWASP, "CSV Injection").
    // Some skip white space before it.
    private const string FormulaStarts = "=+-@";

    /// <summary>
    /// One cell: quoted where RFC 4180 asks for it, and with an apostrophe before what a spreadsheet would run as a formula. For columns of
    /// text only: a negative number is no formula.
    /// </summary>
    public static string Cell(string text)
    {
        var safe = text.AsSpan().TrimStart() is [var first, ..] && FormulaStarts.Contains(first) ? "'" + text : text;
        return safe.AsSpan().IndexOfAny("\",\t\r\n") >= 0 || safe.Trim() != safe ? $"\"{safe.Replace("\"", "\"\"")}\"" : safe;
    }
}
