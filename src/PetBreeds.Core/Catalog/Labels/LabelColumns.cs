namespace PetBreeds.Catalog.Labels;

/// <summary>Reads labels from a row: from one column, or from one column per class with 1 for the photos that have it (one-hot).</summary>
/// <param name="Indexes">Indices of the columns.</param>
/// <param name="Names">Their headers.</param>
/// <param name="Delimiter">Separator between several labels; null if each photo has exactly one.</param>
internal sealed record LabelColumns(IReadOnlyList<int> Indexes, IReadOnlyList<string> Names, string? Delimiter)
{
    /// <summary>The labels of a row, without duplicates; empty if the cells contain none.</summary>
    /// <exception cref="UserException">A cell contains something else.</exception>
    public string[] Of(TableRow row, string file)
    {
        if (Indexes is [var only])
            return Delimiter is null
                ? [.. new[] { row.Cells[only] }.Where(cell => cell.Length > 0)]
                : [.. row.Cells[only].Split(Delimiter, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct()
                .Order(StringComparer.Ordinal)];
        string[] labels = [.. Indexes.Zip(Names).Where(column => IsYes(row, column.First, column.Second, file))
            .Select(column => column.Second)];
        return labels.Length <= 1 || Delimiter is not null ? labels : throw new UserException(
            $"line {row.Line} has {labels.Length} labels: {string.Join(", ", labels)}", file,
            "If photos may have several, add `label-delim ;` and `loss bce`.");
    }

    /// <summary>The columns that contain nothing but 0 and 1, if there are two or more: each may be a class.</summary>
    public static string[] OneHot(string[] columns, IReadOnlyList<TableRow> rows, IReadOnlyList<int> others)
    {
        string[] found = [.. Enumerable.Range(0, columns.Length).Except(others)
            .Where(i => rows.Count > 0 && rows.All(row => YesOrNo(row.Cells[i]) is not null)).Select(i => columns[i])];
        return found.Length > 1 ? found : [];
    }

    private static bool IsYes(TableRow row, int index, string name, string file) => YesOrNo(row.Cells[index]) ?? throw new UserException(
        $"line {row.Line} has neither 0 nor 1 in column '{name}': '{row.Cells[index]}'", file,
        "When each column is a class, its cells say whether the photo has it: 1 or 0.");

    private static bool? YesOrNo(string cell) => cell switch { "1" or "1.0" => true, "0" or "0.0" => false, _ => null };
}
