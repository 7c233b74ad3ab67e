using System.Text.RegularExpressions;

namespace PetBreeds.Catalog.Splits;

/// <summary>Knows the folders and table values that name a split, and where names lie in them.</summary>
internal static partial class SplitFolders
{
    /// <summary>For messages.</summary>
    public const string Words = "train, valid (or val, validation, dev) or test";

    /// <summary>
    /// The split a word names, in any case and with endings such as in train_set, Testing or val2017 (and seg_train, of a data set on
    /// Kaggle); else null.
    /// </summary>
    public static Split? Named(string word)
    {
        var match = Word().Match(word.Trim());
        return !match.Success ? null
            : match.Groups["train"].Success ? Split.Train
            : match.Groups["valid"].Success ? Split.Valid
            : Split.Test;
    }

    /// <summary>The split folder a name begins with, if it does.</summary>
    public static Split? Of(string name) => name.IndexOf('/') is var slash and > 0 ? Named(name[..slash]) : null;

    /// <summary>The folders that all names begin with, and a '/'; empty where there are none.</summary>
    public static string Above(IReadOnlyList<string> names)
    {
        var above = names is [var first, ..] ? first[..(first.LastIndexOf('/') + 1)] : "";
        foreach (var name in names)
            while (!name.StartsWith(above, StringComparison.Ordinal))
                above = above[..(above.TrimEnd('/').LastIndexOf('/') + 1)];
        return above;
    }

    /// <summary>Whether there are photos in a train folder and in a valid or test folder. A train folder alone splits nothing.</summary>
    public static bool Present(IEnumerable<string> names) => AreSplits(names.Select(Of));

    /// <summary>Whether folders of these names split a data set.</summary>
    public static bool AreIn(IEnumerable<string> folders) => AreSplits(folders.Select(Named));

    /// <summary>
    /// Whether a word, such as 01_train, trainA, trainval or fold1, looks like one for a split to people; it is not taken for one.
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

    /// <summary>Where words within one end: at other characters than letters, and before a capital letter.</summary>
    [GeneratedRegex(@"[^\p{L}]+|(?<=\p{Ll})(?=\p{Lu})")]
    private static partial Regex Parts();

    [GeneratedRegex("^(trainval|traindev|k?folds?|query|gallery|probe|splits?)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Other();
}
