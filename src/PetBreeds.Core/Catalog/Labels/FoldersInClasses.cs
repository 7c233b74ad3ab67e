namespace PetBreeds.Catalog.Labels;

/// <summary>
/// Finds folders with photos inside a folder of photos (cat/ and cat/kittens/): other programs label both with the outer folder, this one
/// makes a class of each.
/// </summary>
internal static class FoldersInClasses
{
    private const int Named = 5;

    /// <param name="classFolders">The folders that contain photos, relative to their split folders.</param>
    /// <param name="passedOver">Receives the concerns.</param>
    public static void Find(IEnumerable<string> classFolders, PassedOverTally passedOver)
    {
        var all = classFolders.Distinct().Order(StringComparer.Ordinal).ToList();
        var known = all.ToHashSet(StringComparer.Ordinal);
        foreach (var group in all.GroupBy(folder => Outer(folder, known)).Where(group => group.Key is not null))
        {
            string[] inner = [.. group];
            var names = string.Join(", ", inner.Take(Named)) + (inner.Length > Named ? $" and {inner.Length - Named} more" : "");
            passedOver.Add(new Concern(ConcernKind.FoldersInClass, inner, inner.Length == 1
                ? $"{names} is inside the class '{group.Key}' but is a class of its own, '{Path.GetFileName(inner[0])}'; "
                    + "if it is not one, move its photos up"
                : $"{names} are inside the class '{group.Key}' but are classes of their own;  if they are not, move their photos up"));
        }
    }

    /// <summary>The nearest enclosing folder that contains photos itself; null if there is none.</summary>
    private static string? Outer(string folder, HashSet<string> known)
    {
        for (var end = folder.LastIndexOf('/'); end > 0; end = folder.LastIndexOf('/', end - 1))
            if (known.Contains(folder[..end]))
                return folder[..end];
        return null;
    }
}
