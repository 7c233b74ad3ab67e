namespace PetBreeds.Runtime.Files;

/// <summary>Text from outside (class names, file names) in a CSV file that a spreadsheet may open.</summary>
internal static class CsvText
{
    // What spreadsheets take for the start of a formula (OWASP, "CSV Injection").
    // Some skip white space before it.
    private const string FormulaStarts = "=+-@";

    /// <summary>The text, with an apostrophe before what a spreadsheet would run as a formula.</summary>
    public static string Guarded(string text) => IsGuardedOrFormula(text) ? "'" + text : text;

    /// <summary>The text that <see cref="Guarded"/> was given.</summary>
    public static string Text(string cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return cell.StartsWith('\'') && IsGuardedOrFormula(cell) ? cell[1..] : cell;
    }

    // A name that itself begins with apostrophes and a formula's sign gets one more, so that none is lost when it is read back.
    private static bool IsGuardedOrFormula(string text) =>
        text.AsSpan().TrimStart('\'').TrimStart() is [var first, ..] && FormulaStarts.Contains(first);
}
