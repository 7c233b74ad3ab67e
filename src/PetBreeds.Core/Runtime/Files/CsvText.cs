namespace PetBreeds.Runtime.Files;

/// <summary>Handles untrusted text (class names, file names) in CSV files that a spreadsheet may open.</summary>
internal static class CsvText
{
    // What spreadsheets treat as the start of a formula (OWASP, "CSV Injection"). Some skip white space before it.
    private const string FormulaStarts = "=+-@";

    /// <summary>Returns the text, prefixed with an apostrophe if a spreadsheet would run it as a formula.</summary>
    public static string Guarded(string text) => IsGuardedOrFormula(text) ? "'" + text : text;

    /// <summary>Reverses <see cref="Guarded"/>.</summary>
    public static string Text(string cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return cell.StartsWith('\'') && IsGuardedOrFormula(cell) ? cell[1..] : cell;
    }

    // A name that itself starts with apostrophes followed by a formula character gets one more, so that reading it back loses none.
    private static bool IsGuardedOrFormula(string text) =>
        text.AsSpan().TrimStart('\'').TrimStart() is [var first, ..] && FormulaStarts.Contains(first);
}
