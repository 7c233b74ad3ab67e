using PetBreeds.Catalog.Splits;

namespace PetBreeds.Catalog.Labels;

/// <summary>
/// Reads splits from a column of a table: their names, or, in a column called is_valid, is_train or is_test, yes or no (fastai's
/// <c>valid_col</c>).
/// </summary>
/// <param name="Index">Index of the column.</param>
/// <param name="Name">Its header.</param>
/// <param name="Found">Whether it was found automatically rather than named.</param>
internal sealed record SplitColumn(int Index, string Name, bool Found)
{
    /// <summary>A column with one of these names can only contain splits.</summary>
    private static readonly HashSet<string> FlagNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "is_valid", "isvalid", "is_val", "isval", "is_validation", "is_train", "istrain", "is_training", "is_test", "istest",
    };

    /// <summary>
    /// The column with the given name; if that is only the default and does not exist, the one that is clearly meant. A single odd cell
    /// does not disqualify it but is an error, because otherwise the split would silently be random.
    /// </summary>
    /// <param name="file">The file, for error messages.</param>
    /// <param name="columns">The headers.</param>
    /// <param name="rows">The cells.</param>
    /// <param name="named">Index of the column with the requested name; −1 if there is none.</param>
    /// <param name="others">Columns with another use.</param>
    /// <exception cref="UserException">Several columns could be meant.</exception>
    public static SplitColumn? Find(string file, string[] columns, IReadOnlyList<TableRow> rows, int named, IReadOnlyList<int> others)
    {
        if (named >= 0)
            return new(named, columns[named], Found: false);
        var possible = Enumerable.Range(0, columns.Length).Except(others).Select(i => new SplitColumn(i, columns[i], Found: true))
            .Where(column => column.IsMeant(rows)).ToList();
        return possible.Count <= 1 ? possible.FirstOrDefault() : throw new UserException(
            $"several columns could say which photos are for training: {string.Join(", ", possible.Select(column => column.Name))}", file,
            $"Name the one to use: `split-column {possible[0].Name}`, or use none: `split random`.");
    }

    /// <summary>The split of a row.</summary>
    /// <exception cref="UserException">The cell is empty or contains something else.</exception>
    public Split Of(TableRow row, string file)
    {
        var cell = row.Cells[Index];
        var orNone = Found ? $" If column '{Name}' is about something else: `split random`." : "";
        if (cell.Length == 0)
            throw new UserException($"line {row.Line} has no {Name}", file, "Fill in the cell, or remove the line." + orNone);
        return Read(cell) ?? throw new UserException(
            $"line {row.Line} has the split '{cell}'" + (Found ? $" in column '{Name}'" : ""), file,
            $"A split is {SplitFolders.Words}; "
            + "true and false, 1 and 0, yes and no are understood in a column called is_valid, is_train or is_test." + orNone);
    }

    private Split? Read(string cell) => SplitFolders.Named(cell) ?? (Flag(cell), Meaning) switch
    {
        (true, { } meaning) => meaning,
        (false, Split.Train) => Split.Valid,
        (false, { }) => Split.Train,
        _ => null,
    };

    /// <summary>What "yes" means in this column; null if its name does not tell.</summary>
    private Split? Meaning =>
        Has("train") ? Split.Train : Has("val") || Has("dev") ? Split.Valid : Has("test") || Has("holdout") ? Split.Test : null;

    private bool Has(string word) => Name.Contains(word, StringComparison.OrdinalIgnoreCase);

    private static bool? Flag(string cell) => cell.ToLowerInvariant() switch
    {
        "true" or "t" or "1" or "1.0" or "yes" or "y" => true,
        "false" or "f" or "0" or "0.0" or "no" or "n" => false,
        _ => null,
    };

    private bool IsMeant(IReadOnlyList<TableRow> rows)
    {
        if (FlagNames.Contains(Name))
            return true;
        var cells = rows.Select(row => row.Cells[Index]).Where(cell => cell.Length > 0).CountBy(cell => cell).ToList();
        if (cells.Where(cell => SplitFolders.Named(cell.Key) is not null).Sum(cell => cell.Value) * 2 > cells.Sum(cell => cell.Value))
            return SplitFolders.AreIn(cells.Select(cell => cell.Key));
        return IsCalledAsSplit && cells.Sum(cell => cell.Value) == rows.Count && cells.TrueForAll(cell => Flag(cell.Key) is not null)
            && cells.Select(cell => Flag(cell.Key)).Distinct().Count() == 2;
    }

    /// <summary>A column called valid, is_dev or test may be about something else, so its content decides.</summary>
    private bool IsCalledAsSplit =>
        SplitFolders.Named(Name.StartsWith("is", StringComparison.OrdinalIgnoreCase) ? Name[2..].TrimStart('_', '-', ' ')
            : Name) is not null;
}
