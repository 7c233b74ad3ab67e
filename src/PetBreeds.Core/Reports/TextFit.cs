using System.Globalization;
using SkiaSharp;

namespace PetBreeds.Reports;

/// <summary>Fits text that comes from outside (class and file names) into a given width.</summary>
internal static class TextFit
{
    /// <summary>
    /// The text on one line, control characters replaced by spaces, cut with an ellipsis where it is wider than
    /// <paramref name="width"/> (pixels). Never splits a character made of several code points.
    /// </summary>
    public static string Ellipsise(string text, SKFont font, float width)
    {
        var line = OneLine(text);
        if (font.MeasureText(line) <= width)
            return line;
        var starts = StringInfo.ParseCombiningCharacters(line);
        var (low, high) = (0, starts.Length - 1);
        while (low < high) // the longest start that fits with the ellipsis after it
        {
            var middle = (low + high + 1) / 2;
            if (font.MeasureText(line[..starts[middle]].TrimEnd() + "…") <= width)
                low = middle;
            else
                high = middle - 1;
        }

        return line[..starts[low]].TrimEnd() + "…";
    }

    /// <summary>The text with every control and line-breaking character replaced by a space.</summary>
    public static string OneLine(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));
}
