namespace PetBreeds;

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
        var safe = IsGuardedOrFormula(text) ? "'" + text : text;
        return safe.AsSpan().IndexOfAny("\",\t\r\n") >= 0 || safe.Trim() != safe ? $"\"{safe.Replace("\"", "\"\"")}\"" : safe;
    }

    /// <summary>The text that <see cref="Cell"/> wrote, from the cell without its quotes.</summary>
    public static string Text(string cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return cell.StartsWith('\'') && IsGuardedOrFormula(cell) ? cell[1..] : cell;
    }

    // A name that itself begins with apostrophes and a formula's sign gets one more, so that none is lost when it is read back.
    private static bool IsGuardedOrFormula(string text) =>
        text.AsSpan().TrimStart('\'').TrimStart() is [var first, ..] && FormulaStarts.Contains(first);
}
