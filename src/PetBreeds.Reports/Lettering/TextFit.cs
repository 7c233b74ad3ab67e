using System.Globalization;

namespace PetBreeds.Reports.Lettering;

/// <summary>Fits untrusted text (class and file names) into a given width.</summary>
internal static class TextFit
{
    /// <summary>
    /// The longest prefix of a text that fits with an ellipsis after it; the ellipsis alone if none fits. Never splits a letter.
    /// </summary>
    /// <param name="text">On one line.</param>
    /// <param name="lay">Lays out a text.</param>
    /// <param name="fits">Whether the laid-out text fits.</param>
    public static T Ellipsise<T>(string text, Func<string, T> lay, Func<T, bool> fits)
    {
        var starts = StringInfo.ParseCombiningCharacters(text);
        T Cut(int letters) => lay(text[..starts[letters]].TrimEnd() + "…");
        var (low, high) = (0, starts.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (fits(Cut(middle)))
                low = middle;
            else
                high = middle - 1;
        }
        return Cut(low);
    }

    /// <summary>The text with every control and line-breaking character replaced by a space.</summary>
    public static string OneLine(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));
}
