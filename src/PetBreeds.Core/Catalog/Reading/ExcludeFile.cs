using PetBreeds.Catalog.Files;

namespace PetBreeds.Catalog.Reading;

/// <summary>
/// A text file of photos to leave out: one name a line, relative to the data set's root and separated by '/', followed if need be by a tab
/// or space, '#' and a reason. Empty lines and lines that begin with '#' say nothing.
/// </summary>
internal static class ExcludeFile
{
    /// <summary>How photos left out by such a file are counted in <see cref="PhotoCatalog.PassedOver"/>.</summary>
    public const string Reason = "excluded";

    private const int Named = 5;

    private const string Here = "./"; // keeps a name that begins with '#' or a blank from being read otherwise
    private const string LineBreak = @"\n";

    /// <summary>A line of such a file.</summary>
    public static string Line(string name, string reason) =>
        $"{(name[0] == '#' || char.IsWhiteSpace(name[0]) ? Here : "")}{name.Replace("\n", LineBreak)}\t# {reason.ReplaceLineEndings(" ")}";

    /// <summary>The lines that name photos, as they stand.</summary>
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
    /// The photos that the file does not name. Names of files that are no photos, and so left out already, may stand in it.
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

    /// <summary>What a line may mean: a name may itself contain " #", and people write "./name" and, on Windows, "folder\name".</summary>
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
