using System.Globalization;
using System.Text;

namespace PetBreeds.Catalog;

/// <summary>Finds class names that people take for one: they differ in case, in blanks, in width, or in characters that are not seen.</summary>
internal static class LookAlike
{
    /// <summary>The same for all names that look alike.</summary>
    public static string Key(string name)
    {
        var key = new StringBuilder(name.Length);
        foreach (var rune in ComposedText.Of(name).EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune))
            {
                if (key.Length > 0 && key[^1] != ' ')
                    key.Append(' ');
            }
            else if (!IsUnseen(rune))
                key.Append(Rune.ToUpperInvariant(Narrow(rune)));
        }
        return key.ToString().TrimEnd(' ');
    }

    /// <summary>Groups of two names or more that look alike, each in ordinal order.</summary>
    public static IEnumerable<IReadOnlyList<string>> Groups(IEnumerable<string> names) =>
        names.GroupBy(Key, StringComparer.Ordinal).Where(group => group.Skip(1).Any())
            .Select(group => group.Order(StringComparer.Ordinal).ToList());

    /// <summary>The names with what else is not seen written as a code: 'Dog' and 'Dog\u00A0'.</summary>
    public static string Say(IEnumerable<string> names) => string.Join(" and ", names.Select(Quoted));

    private static string Quoted(string name)
    {
        var quoted = new StringBuilder("'");
        foreach (var rune in name.EnumerateRunes())
            quoted.Append(rune.Value != ' ' && (Rune.IsWhiteSpace(rune) || IsUnseen(rune)) ? $"\\u{rune.Value:X4}" : rune.ToString());
        return quoted.Append('\'').ToString();
    }

    /// <summary>The forms of Latin letters and of signs that are as wide as Chinese ones (U+FF01 to U+FF5E) follow the order of ASCII.</summary>
    private static Rune Narrow(Rune rune) => rune.Value is >= 0xFF01 and <= 0xFF5E ? new Rune(rune.Value - 0xFF01 + '!') : rune;

    /// <summary>Such as a zero-width space, a mark of direction or of byte order, and the selectors of an emoji's form.</summary>
    private static bool IsUnseen(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.Control || rune.Value is >= 0xFE00 and <= 0xFE0F;
}
