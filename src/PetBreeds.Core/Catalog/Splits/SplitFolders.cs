using System.Text.RegularExpressions;

namespace PetBreeds.Catalog.Splits;

/// <summary>Recognises the folders and table values that name a split.</summary>
internal static partial class SplitFolders
{
    /// <summary>The recognised words, for messages.</summary>
    public const string Words = "train, valid (or val, validation, dev) or test";

    /// <summary>
    /// The split that a word names, in any case and with affixes as in train_set, Testing or val2017 (and seg_train, from a data set on
    /// Kaggle); otherwise null.
    /// </summary>
    public static Split? Named(string word)
    {
        var match = Word().Match(word.Trim());
        return !match.Success ? null
            : match.Groups["train"].Success ? Split.Train
            : match.Groups["valid"].Success ? Split.Valid
            : Split.Test;
    }

    /// <summary>The split folder that a name starts with, if any.</summary>
    public static Split? Of(string name) => name.IndexOf('/') is var slash and > 0 ? Named(name[..slash]) : null;

    /// <summary>The folders that all names start with, followed by a '/'; empty if there are none.</summary>
    public static string Above(IReadOnlyList<string> names)
    {
        var above = names is [var first, ..] ? first[..(first.LastIndexOf('/') + 1)] : "";
        foreach (var name in names)
            while (!name.StartsWith(above, StringComparison.Ordinal))
                above = above[..(above.TrimEnd('/').LastIndexOf('/') + 1)];
        return above;
    }

    /// <summary>Whether there are photos in a train folder and in a valid or test folder. A train folder alone is not a split.</summary>
    public static bool Present(IEnumerable<string> names) => AreSplits(names.Select(Of));

    /// <summary>Whether folders of these names split a data set.</summary>
    public static bool AreIn(IEnumerable<string> folders) => AreSplits(folders.Select(Named));

    /// <summary>
    /// Whether a word, such as 01_train, trainA, trainval or fold1, looks like a split's name to people; it is not treated as one.
    /// </summary>
    public static bool LooksLike(string word) =>
        Named(word) is not null || Parts().Split(word).Any(part => Named(part) is not null || Other().IsMatch(part));

    private static bool AreSplits(IEnumerable<Split?> named)
    {
        var found = named.ToHashSet();
        return found.Contains(Split.Train) && (found.Contains(Split.Valid) || found.Contains(Split.Test));
    }

    [GeneratedRegex(@"^(seg_)?((?<train>train(ing)?)|(?<valid>val(id(at(e|ion))?)?|dev(elopment)?|eval(uation)?)|test(ing)?|holdout)"
        + @"([ _-]?(set|split|data|images|imgs|photos|samples))?[ _-]?\d*$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    /// <summary>Where the words within a name end: at characters other than letters, and before a capital letter.</summary>
    [GeneratedRegex(@"[^\p{L}]+|(?<=\p{Ll})(?=\p{Lu})")]
    private static partial Regex Parts();

    [GeneratedRegex("^(trainval|traindev|k?folds?|query|gallery|probe|splits?)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Other();
}
