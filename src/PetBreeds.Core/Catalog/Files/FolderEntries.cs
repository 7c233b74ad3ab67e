namespace PetBreeds.Catalog.Files;

/// <summary>
/// The entries of one folder, under each name that a list may use for them. The folder is read once, so that each row of a table takes one
/// look-up.
/// </summary>
internal sealed class FolderEntries
{
    private readonly ILookup<string, string> _byName;
    private readonly ILookup<string, string> _byLowerExtension;
    private readonly ILookup<string, string> _byStem;

    /// <param name="folder">The folder. One that cannot be read counts as empty: files listed in it are reported as missing.</param>
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

    /// <summary>Entries with this name, in any Unicode form.</summary>
    public IEnumerable<string> Named(string name) => _byName[ComposedText.Of(name)];

    /// <summary>Entries with this name, ignoring the case of the extension; none if it has no extension.</summary>
    public IEnumerable<string> InOtherCase(string name) => Path.HasExtension(name) ? _byLowerExtension[LowerExtension(name)] : [];

    /// <summary>
    /// Pictures with this name plus an extension; none if the name already ends with a photo's extension. A photo takes precedence over
    /// unsupported files of the same name, such as a camera's raw file.
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
