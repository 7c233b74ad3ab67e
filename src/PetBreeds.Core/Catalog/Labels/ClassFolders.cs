using PetBreeds.Catalog.Files;
using PetBreeds.Catalog.Splits;

namespace PetBreeds.Catalog.Labels;

/// <summary>
/// Rejects folders that would lead to wrong classes: several with the same name, and those of splits. The advice given must never merge
/// training and validation.
/// </summary>
internal static class ClassFolders
{
    private const string Table = "list the photos in a table with a column for the split: `labels csv:FILE`";

    /// <param name="root">The folder that contains them.</param>
    /// <param name="folders">All folders that contain photos, once each, relative to their split folders ("cats/brown").</param>
    /// <param name="within">Whether they are inside split folders.</param>
    public static void Check(string root, string[] folders, bool within)
    {
        foreach (var group in folders.Select(ComposedText.Of).Distinct().GroupBy(Label))
        {
            if (group.Take(2).ToList() is [var first, var second])
                throw new UserException($"two folders give the label '{group.Key}': {first} and {second}", root,
                    Advice(root, folders, first, second, within));
        }
        RefuseSplits(root, folders);
    }

    /// <summary>Rejects split folders as in detection data sets, where images/train and images/val contain photos directly.</summary>
    private static void RefuseSplits(string root, string[] folders)
    {
        string[] labels = [.. folders.Select(Label)];
        if (!SplitFolders.AreIn(labels) && !(labels.Length > 1 && Array.TrueForAll(labels, SplitFolders.LooksLike)))
            return;
        string[] splits = [.. folders.Where(folder => SplitFolders.LooksLike(Label(folder)))];
        string[] parents = [.. splits.Select(FolderLabels.Parent).Distinct()];
        var named = SplitFolders.AreIn(splits.Where(folder => FolderLabels.Parent(folder) == parents[0]).Select(Label));
        throw new UserException($"the folders {string.Join(", ", splits.Take(3))}{(splits.Length > 3 ? ", …" : "")} look like splits, "
            + "not classes", root,
            (parents is [{ Length: > 0 } parent] && named
                ? $"If the file names give the classes, use the folder that contains the splits: "
                    + $"`data {Path.Combine([root, .. parent.Split('/')])}`. Otherwise put "
                : "Name them train and valid and put ")
            + $"a folder for each class in each, or {Table}.");
    }

    private static string Advice(string root, string[] folders, string first, string second, bool within)
    {
        var (one, other) = (first.Split('/'), second.Split('/'));
        return Splits(root, folders, one) ?? Splits(root, folders, other)
            ?? (one[..^1].Concat(other[..^1]).Any(SplitFolders.LooksLike) || !within && HoldTheSame(folders, one, other)
                ? $"If they belong to different splits, rename their parent folders, as in train/{one[^1]} and valid/{one[^1]}, or "
                    + $"{Table}. "
                    + $"If they are different classes, give them different names, or keep them apart: {KeptApart(one, other)}"
                : "Give them different names, or label by path: `labels pattern:([^/]+)/[^/]+$` uses the folder name and merges them, "
                    + $"{KeptApart(one, other)} keeps them apart.");
    }

    /// <summary>The advice about split folders in an unsupported place; null if there are none.</summary>
    private static string? Splits(string root, string[] folders, string[] parts)
    {
        var at = Array.FindIndex(parts, part => SplitFolders.Named(part) is not null);
        if (at <= 0)
            return null;
        var above = string.Join('/', parts[..at]);
        if (at == parts.Length - 1)
            return $"'{parts[at]}' looks like a split within the class '{above}': nest the folders the other way round, as in "
                + $"train/CLASS and valid/CLASS, or {Table}.";
        return SplitFolders.AreIn(folders.Where(folder => folder.StartsWith(above + "/", StringComparison.Ordinal))
            .Select(folder => folder.Split('/')[at]))
            ? $"'{parts[at]}' looks like a split: give the folder that holds train and valid, "
                + $"`data {Path.Combine([root, .. parts[..at]])}`."
            : null;
    }

    /// <summary>Whether all classes of one branch also occur in the other, as in splits, whatever they are called.</summary>
    private static bool HoldTheSame(string[] folders, string[] one, string[] other)
    {
        var at = one.Zip(other).TakeWhile(parts => parts.First == parts.Second).Count();
        var (first, second) = (Classes(one), Classes(other));
        var shared = first.Intersect(second).Count();
        return first.Count == second.Count ? shared == first.Count : shared > 1 && shared == Math.Min(first.Count, second.Count);

        HashSet<string> Classes(string[] parts) =>
            [.. folders.Select(ComposedText.Of)
                .Where(folder => folder.StartsWith(string.Join('/', parts.Take(at + 1)) + "/", StringComparison.Ordinal)).Select(Label)];
    }

    /// <summary>The setting with a pattern that includes enough folders to distinguish the two.</summary>
    private static string KeptApart(string[] one, string[] other)
    {
        var same = one.Reverse().Zip(other.Reverse()).TakeWhile(parts => parts.First == parts.Second).Count();
        return $"`labels pattern:({string.Join('/', Enumerable.Repeat("[^/]+", same + 1))})/[^/]+$`";
    }

    private static string Label(string folder) => Path.GetFileName(folder);
}
