namespace PetBreeds.Catalog.Splits;

/// <summary>The split folders of a data set, and where in them its classes start.</summary>
internal sealed class SplitLayout
{
    /// <summary>
    /// For each split folder that contains a single nested one, the common beginning of the names below it: some archives have train/train
    /// and test/test.
    /// </summary>
    private readonly Dictionary<string, string> beginnings;

    private SplitLayout(Dictionary<string, string> beginnings) => this.beginnings = beginnings;

    /// <summary>The layout of photos with these names; null if they are not in split folders.</summary>
    public static SplitLayout? Of(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return !SplitFolders.Present(all) ? null
            : new SplitLayout(all.Where(name => SplitFolders.Of(name) is not null).GroupBy(Top, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => Beginning(group.Key, [.. group]), StringComparer.Ordinal));
    }

    /// <summary>The name relative to its split folder (or folders); the name itself if it is in none.</summary>
    public string Below(string name)
    {
        if (SplitFolders.Of(name) is null)
            return name;
        var top = Top(name);
        return beginnings.GetValueOrDefault(top) is { } beginning && name.StartsWith(beginning, StringComparison.Ordinal)
            ? name[beginning.Length..] : name[(top.Length + 1)..];
    }

    /// <summary>
    /// A class may also be called train: only a folder that contains everything in the split folder is a nested split folder.
    /// </summary>
    private static string Beginning(string top, string[] names)
    {
        var (beginning, split) = (top + "/", SplitFolders.Named(top));
        while (SplitFolders.Of(names[0][beginning.Length..]) == split)
        {
            var next = beginning + Top(names[0][beginning.Length..]) + "/";
            if (!Array.TrueForAll(names, name => name.StartsWith(next, StringComparison.Ordinal)))
                break;
            beginning = next;
        }
        return beginning;
    }

    private static string Top(string name) => name[..name.IndexOf('/')];
}
