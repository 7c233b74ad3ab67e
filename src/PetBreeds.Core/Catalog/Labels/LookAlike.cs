using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using PetBreeds.Catalog.Files;

namespace PetBreeds.Catalog.Labels;

/// <summary>
/// Finds class names that people would take for the same: they differ only in case, in spaces or separators, in width, in letters of other
/// scripts that look like Latin ones, or in invisible characters.
/// </summary>
internal static partial class LookAlike
{
    /// <summary>Capital letters of Cyrillic and Greek, and the Latin letters they look like.</summary>
    private const string Foreign = "АВЕЅІЈКМНОРСТУХΑΒΕΖΗΙΚΜΝΟΡΤΥΧ";
    private const string Latin = "ABESIJKMHOPCTYXABEZHIKMNOPTYX";

    /// <summary>
    /// A key that is the same for all names that look alike. Single letters are distinguished, because a and A, or a Greek Α, may be
    /// classes.
    /// </summary>
    public static string Key(string name)
    {
        if (ComposedText.Of(name).EnumerateRunes().Where(IsSeen).Take(2).ToList() is [var only])
            return only.ToString();
        var key = new StringBuilder(name.Length);
        var apart = false;
        foreach (var rune in ComposedText.Of(name).EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune) || rune.Value is '_')
                apart = true;
            else if (IsSeen(rune))
            {
                key.Append(apart && key.Length > 0 ? "_" : "").Append(Plain(rune));
                apart = false;
            }
        }
        return Joint().Replace(key.ToString().TrimEnd('.'), "");
    }

    /// <summary>
    /// Maine Coon, maine-coon, Maine_Coon and MaineCoon are the same; between digits and at the ends, separators make a difference: 1-12
    /// and 11-2, A and A-.
    /// </summary>
    [GeneratedRegex(@"(?<=\p{L})[_.-]+(?=.)|(?<=.)[_.-]+(?=\p{L})", RegexOptions.Singleline)]
    private static partial Regex Joint();

    /// <summary>Groups of two or more names that look alike, each in ordinal order.</summary>
    public static IEnumerable<IReadOnlyList<string>> Groups(IEnumerable<string> names) =>
        names.GroupBy(Key, StringComparer.Ordinal).Where(group => group.Skip(1).Any())
            .Select(group => group.Order(StringComparer.Ordinal).ToList());

    /// <summary>An addition to a message about unknown names: which of the unknown and known names look alike; empty if none do.</summary>
    public static string Among(string[] unknown, IEnumerable<string> known)
    {
        var pairs = Groups([.. unknown, .. known]).Where(group => group.Any(unknown.Contains)).Select(Say).ToList();
        return pairs.Count == 0 ? "" : $"; these look alike but differ: {string.Join(", ", pairs)}";
    }

    /// <summary>The names, with invisible characters written as codes: 'Dog' and 'Dog\u00A0'.</summary>
    public static string Say(IEnumerable<string> names) => string.Join(" and ", names.Select(Quoted));

    private static string Quoted(string name)
    {
        var quoted = new StringBuilder("'");
        foreach (var rune in name.EnumerateRunes())
            quoted.Append(rune.Value != ' ' && (Rune.IsWhiteSpace(rune) || IsUnseen(rune)) ? $"\\u{rune.Value:X4}" : rune.ToString());
        return quoted.Append('\'').ToString();
    }

    /// <summary>
    /// The letter in upper case and plain Latin. The full-width forms of Latin letters and symbols (U+FF01 to U+FF5E) follow the order of
    /// ASCII.
    /// </summary>
    private static Rune Plain(Rune rune)
    {
        var upper = Rune.ToUpperInvariant(rune.Value is >= 0xFF01 and <= 0xFF5E ? new Rune(rune.Value - 0xFF01 + '!') : rune);
        if (Rune.GetUnicodeCategory(upper) is UnicodeCategory.DashPunctuation)
            return new Rune('-');
        if (upper.Value is '\u2018' or '\u2019' or '`' or '\u00B4')
            return new Rune('\'');
        return upper.IsBmp && Foreign.IndexOf((char)upper.Value) is var at and >= 0 ? new Rune(Latin[at]) : upper;
    }

    private static bool IsSeen(Rune rune) => !Rune.IsWhiteSpace(rune) && rune.Value is not '_' && !IsUnseen(rune);

    /// <summary>
    /// Whether it is invisible, such as a zero-width space, a direction mark, a byte-order mark, or an emoji's variation selector.
    /// </summary>
    private static bool IsUnseen(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.Control || rune.Value is >= 0xFE00 and <= 0xFE0F;
}
