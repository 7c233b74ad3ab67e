namespace PetBreeds.Catalog;

/// <summary>Where the labels of photos come from.</summary>
public sealed record LabelSource
{
    private const string FromPattern = "pattern:", FromTable = "csv:";

    private LabelSource(string text) => Text = text;

    /// <summary>
    /// A table if the data are a .csv or .tsv file, otherwise the folders' names, otherwise file names such as Breed_123.jpg: whatever fits
    /// most photos.
    /// </summary>
    public static LabelSource Auto { get; } = new("auto");

    /// <summary>The name of the folder that contains the photo.</summary>
    public static LabelSource Folder { get; } = new("folder");

    /// <summary>
    /// The first group (or, without a group, the whole match) of a regular expression in the file name; if the expression contains a '/',
    /// in the relative path.
    /// </summary>
    /// <exception cref="ArgumentException">The expression is not valid.</exception>
    public static LabelSource Pattern(string regex)
    {
        ArgumentException.ThrowIfNullOrEmpty(regex);
        _ = new System.Text.RegularExpressions.Regex(regex);
        return new(FromPattern + regex);
    }

    /// <summary>A table with a header line, separated by comma, semicolon or tab.</summary>
    /// <param name="path">Its file.</param>
    public static LabelSource Table(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new(FromTable + path);
    }

    /// <summary>Reads "auto", "folder", "pattern:REGEX" or "csv:FILE".</summary>
    /// <exception cref="FormatException">The text is none of these, or the expression is not valid.</exception>
    public static LabelSource Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!(text is "auto" or "folder" || After(text, FromPattern) is { Length: > 0 } || After(text, FromTable) is { Length: > 0 }))
            throw new FormatException($"'{text}' is not one of auto, folder, pattern:REGEX, csv:FILE");
        try
        {
            return After(text, FromPattern) is { } regex ? Pattern(regex) : new LabelSource(text);
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"'{text}' does not contain a valid regular expression: {e.Message}", e);
        }
    }

    /// <summary>The regular expression; null if labels do not come from one.</summary>
    internal string? Regex => After(Text, FromPattern);

    /// <summary>The table; null if labels do not come from one.</summary>
    internal string? TablePath => After(Text, FromTable);

    /// <summary>The same with an absolute path, if it is a table.</summary>
    internal LabelSource WithFullPath() => TablePath is { } path ? Table(Path.GetFullPath(path)) : this;

    private string Text { get; }

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Text;

    private static string? After(string text, string start) =>
        text.StartsWith(start, StringComparison.Ordinal) ? text[start.Length..] : null;
}
