namespace PetBreeds.Catalog.Splits;

/// <summary>The split folders of a data set that has some, and where in them its classes begin.</summary>
internal sealed class SplitLayout
{
    /// <summary>
    /// How the names below each split folder begin that has another around them all: some archives have train/train and test/test.
    /// </summary>
    private readonly Dictionary<string, string> beginnings;

    private SplitLayout(Dictionary<string, string> beginnings) => this.beginnings = beginnings;

    /// <summary>The layout of photos of these names; null where they do not lie in split folders.</summary>
    public static SplitLayout? Of(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return !SplitFolders.Present(all) ? null
            : new SplitLayout(all.Where(name => SplitFolders.Of(name) is not null).GroupBy(Top, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => Beginning(group.Key, [.. group]), StringComparer.Ordinal));
    }

    /// <summary>The name below its split folder, or folders; the name itself where it lies in none.</summary>
    public string Below(string name)
    {
        if (SplitFolders.Of(name) is null)
            return name;
        var top = Top(name);
        return beginnings.GetValueOrDefault(top) is { } beginning && name.StartsWith(beginning, StringComparison.Ordinal)
            ? name[beginning.Length..] : name[(top.Length + 1)..];
    }

    /// <summary>A class may be called train, too: only a folder around all that lies in the split folder is another of its kind.</summary>
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
