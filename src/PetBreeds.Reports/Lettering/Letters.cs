using System.Globalization;
using System.Text;
using HarfBuzzSharp;

namespace PetBreeds.Reports.Lettering;

/// <summary>What Unicode says about letters; a letter is what a reader sees as one, possibly of several code points (हि, 👩‍🌾).</summary>
internal static class Letters
{
    /// <summary>The letters of a text, in order.</summary>
    public static IEnumerable<string> Of(string text)
    {
        var starts = StringInfo.ParseCombiningCharacters(text);
        for (var i = 0; i < starts.Length; i++)
            yield return text[starts[i]..(i + 1 < starts.Length ? starts[i + 1] : text.Length)];
    }

    /// <summary>
    /// Whether a code point draws nothing itself but joins, separates, orders or varies others, so that no font needs it. (Variation
    /// selectors and Hangul fillers are the default-ignorable code points outside the format category.)
    /// </summary>
    public static bool IsInvisible(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format
        || rune.Value is (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF) or 0x034F or (>= 0x180B and <= 0x180F)
            or 0x115F or 0x1160 or 0x3164 or 0xFFA0;

    /// <summary>The script of a letter; <see cref="Script.Common"/> for digits, punctuation, spaces and symbols.</summary>
    public static Script ScriptOf(string letter)
    {
        var script = UnicodeFunctions.Default.GetScript((uint)letter.EnumerateRunes().First().Value);
        return script == Script.Inherited ? Script.Common : script;
    }

    /// <summary>Whether a letter is an emoji or a symbol of the same Unicode blocks.</summary>
    public static bool IsEmoji(string letter) => letter.EnumerateRunes().First().Value >= 0x1F000 && ScriptOf(letter) == Script.Common;

    /// <summary>Whether a letter is read right to left (Arabic, Hebrew); null if it follows its neighbours.</summary>
    public static bool? IsRightToLeft(string letter)
    {
        var script = ScriptOf(letter);
        if (script != Script.Common)
            return script.HorizontalDirection == Direction.RightToLeft;

        // A mark that isolates or orders its neighbours ends right-to-left text.
        return letter[0] is '\u200E' or (>= '\u2066' and <= '\u2069') ? false : null;
    }

    /// <summary>
    /// A right-to-left name between Unicode's isolation marks, or "قط: 3 of 5" would show its digits inside the name; any other name
    /// unchanged.
    /// </summary>
    public static string Isolated(string name) => Of(name).Any(letter => IsRightToLeft(letter) == true) ? $"\u2068{name}\u2069" : name;

    /// <summary>"U+732B": what is written for a letter that no font has.</summary>
    public static string Numbers(string letter) =>
        string.Join(' ', letter.EnumerateRunes().Where(rune => !IsInvisible(rune)).Select(rune => $"U+{rune.Value:X4}"));
}
