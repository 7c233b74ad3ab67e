using System.Text;
using HarfBuzzSharp;

namespace PetBreeds.Catalog.Files;

/// <summary>
/// Converts text to Unicode's composed form (NFC). File names on macOS may represent ö as o and a diaeresis, those on other systems as one
/// letter; the two look the same but are different strings. (<see cref="string.Normalize()"/> does nothing in invariant-globalization mode,
/// so HarfBuzz's tables are used.)
/// </summary>
internal static class ComposedText
{
    public static string Of(string text)
    {
        if (Ascii.IsValid(text))
            return text;
        var runes = new List<uint>(text.Length);
        foreach (var rune in text.EnumerateRunes())
            Decompose((uint)rune.Value, runes);
        Reorder(runes);
        Compose(runes);
        var composed = new StringBuilder(text.Length);
        runes.ForEach(rune => composed.Append(new Rune(rune).ToString()));
        return composed.ToString();
    }

    private static void Decompose(uint rune, List<uint> into)
    {
        if (!UnicodeFunctions.Default.TryDecompose(rune, out var first, out var second))
        {
            into.Add(rune);
            return;
        }
        Decompose(first, into);
        if (second != 0)
            into.Add(second);
    }

    /// <summary>Sorts the marks of each letter by their combining classes.</summary>
    private static void Reorder(List<uint> runes)
    {
        for (var i = 1; i < runes.Count; i++)
            for (var j = i; j > 0 && Class(runes[j]) is not 0 and var mark && Class(runes[j - 1]) > mark; j--)
                (runes[j - 1], runes[j]) = (runes[j], runes[j - 1]);
    }

    /// <summary>Composes marks with the preceding letter, unless a mark of the same class or class 0 is between them.</summary>
    private static void Compose(List<uint> runes)
    {
        var letter = -1;
        for (var i = 0; i < runes.Count; i++)
        {
            var adjacent = letter == i - 1;
            if (letter >= 0 && (adjacent || Class(runes[i - 1]) < Class(runes[i]) && Class(runes[i - 1]) != 0)
                && UnicodeFunctions.Default.TryCompose(runes[letter], runes[i], out var joined))
            {
                runes[letter] = joined;
                runes.RemoveAt(i--);
            }
            else if (Class(runes[i]) == 0)
                letter = i;
        }
    }

    private static int Class(uint rune) => (int)UnicodeFunctions.Default.GetCombiningClass(rune);
}
