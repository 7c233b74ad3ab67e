using System.Text;
using HarfBuzzSharp;

namespace PetBreeds.Catalog.Files;

/// <summary>
/// Unicode's composed form of a text (NFC). A Mac takes ö for o and two dots in file names, other systems for one letter; the two look the
/// same and are different strings. (<see cref="string.Normalize()"/> does nothing in the invariant culture, so HarfBuzz's tables are
/// asked.)
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

    /// <summary>Marks on one letter stand in the order of their combining classes.</summary>
    private static void Reorder(List<uint> runes)
    {
        for (var i = 1; i < runes.Count; i++)
            for (var j = i; j > 0 && Class(runes[j]) is not 0 and var mark && Class(runes[j - 1]) > mark; j--)
                (runes[j - 1], runes[j]) = (runes[j], runes[j - 1]);
    }

    /// <summary>Joins marks with the letter before them, except where a mark of the same class or none stands between.</summary>
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
