namespace PetBreeds.Catalog.Files;

/// <summary>
/// What lies in one folder, under each name that a list may have for it. The folder is read once, so that a table of any length takes a
/// look-up a row.
/// </summary>
internal sealed class FolderEntries
{
    private readonly ILookup<string, string> _byName;
    private readonly ILookup<string, string> _byLowerExtension;
    private readonly ILookup<string, string> _byStem;

    /// <param name="folder">One that cannot be searched is as good as an empty one: what is listed in it is said to be missing.</param>
    public FolderEntries(string folder)
    {
        string[] names;
        try
        {
            names = [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            names = [];
        }
        _byName = names.ToLookup(ComposedText.Of, StringComparer.Ordinal);
        _byLowerExtension = names.ToLookup(LowerExtension, StringComparer.Ordinal);
        _byStem = names.Where(PictureExtensions.Has)
            .ToLookup(name => ComposedText.Of(Path.GetFileNameWithoutExtension(name)), StringComparer.Ordinal);
    }

    /// <summary>Those of the name, in any Unicode form.</summary>
    public IEnumerable<string> Named(string name) => _byName[ComposedText.Of(name)];

    /// <summary>Those of the name but for the letter case of the extension; none where it has no extension.</summary>
    public IEnumerable<string> InOtherCase(string name) => Path.HasExtension(name) ? _byLowerExtension[LowerExtension(name)] : [];

    /// <summary>
    /// The pictures whose names are this one and an extension; none for a name that ends as a photo's does. Where a photo lies beside
    /// others that are not read (a camera's raw file, say), it is meant.
    /// </summary>
    public IEnumerable<string> OfStem(string name)
    {
        if (PictureExtensions.HasRead(name))
            return [];
        var all = _byStem[ComposedText.Of(name)];
        return all.Any(PictureExtensions.HasRead) ? all.Where(PictureExtensions.HasRead) : all;
    }

    private static string LowerExtension(string name) =>
        ComposedText.Of(Path.GetFileNameWithoutExtension(name)) + Path.GetExtension(name).ToLowerInvariant();
}
