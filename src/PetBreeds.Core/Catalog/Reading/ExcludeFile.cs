using PetBreeds.Catalog.Files;

namespace PetBreeds.Catalog.Reading;

/// <summary>
/// A text file of photos to leave out: one name per line, relative to the data set's root and separated by '/', optionally followed by a
/// tab or space, '#' and a reason. Empty lines and lines that start with '#' are ignored.
/// </summary>
internal static class ExcludeFile
{
    /// <summary>The reason under which photos left out by such a file are counted in <see cref="PhotoCatalog.PassedOver"/>.</summary>
    public const string Reason = "excluded";

    private const int Named = 5;

    private const string Here = "./"; // protects a name that starts with '#' or a space
    private const string LineBreak = @"\n";

    /// <summary>Formats a line of such a file.</summary>
    public static string Line(string name, string reason) =>
        $"{(name[0] == '#' || char.IsWhiteSpace(name[0]) ? Here : "")}{name.Replace("\n", LineBreak)}\t# {reason.ReplaceLineEndings(" ")}";

    /// <summary>Reads the lines that name photos, as written.</summary>
    /// <exception cref="UserException">The file cannot be read.</exception>
    public static IReadOnlyList<string> Read(string file, string? encoding = null)
    {
        try
        {
            return [.. Runtime.TextFile.Lines(file, encoding).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException("the list of photos to exclude cannot be read: " + e.Message, file,
                "Give a file with one name per line as `exclude`.", e);
        }
    }

    /// <summary>
    /// Removes the photos that the file names. It may also name files that are not photos and are therefore left out already.
    /// </summary>
    internal static List<(LabelledPhoto Photo, Split Split)> Apply(
        string file, string? encoding, List<(LabelledPhoto Photo, Split Split)> photos, PassedOverTally passedOver)
    {
        var known = new KnownNames(photos.Select(p => p.Photo.Name).Concat(passedOver.Names));
        var excluded = new HashSet<string>(StringComparer.Ordinal);
        var unknown = new List<string>();
        foreach (var line in Read(file, encoding))
        {
            if (Forms(line).Select(known.Find).FirstOrDefault(name => name is not null) is { } name)
                excluded.Add(name);
            else
                unknown.Add(WithoutComment(line));
        }
        if (unknown.Count > 0)
            throw new UserException(
                $"{unknown.Count} of the names match no photo: {string.Join(", ", unknown.Take(Named).Select(name => $"'{name}'"))}"
                + (unknown.Count > Named ? ", …" : ""), file,
                $"Names are relative to the data set's root, as in '{photos.FirstOrDefault().Photo?.Name}'; does the file belong to "
                    + "another data set?");
        passedOver.Override(Reason, excluded);
        return photos.FindAll(p => !excluded.Contains(p.Photo.Name));
    }

    /// <summary>
    /// The possible meanings of a line: a name may itself contain " #", and people write "./name" and, on Windows, "folder\name".
    /// </summary>
    private static IEnumerable<string> Forms(string line)
    {
        foreach (var name in new[] { line, line[..CommentAt(line)], WithoutComment(line) })
        {
            yield return name;
            yield return name.Replace(LineBreak, "\n");
            if (name.StartsWith(Here))
                yield return name[Here.Length..].Replace(LineBreak, "\n");
            yield return name.Replace('\\', '/');
        }
    }

    private static string WithoutComment(string line) => line[..CommentAt(line)].TrimEnd();

    private static int CommentAt(string line)
    {
        var at = line.IndexOf("\t#", StringComparison.Ordinal) is var tab and >= 0 ? tab : line.IndexOf(" #", StringComparison.Ordinal);
        return at < 0 ? line.Length : at;
    }
}
