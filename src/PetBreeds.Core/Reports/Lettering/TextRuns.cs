using HarfBuzzSharp;
using SkiaSharp;

namespace PetBreeds.Reports.Lettering;

/// <summary>A part of a line of one font, script and direction.</summary>
internal sealed record TextRun(string Text, SKTypeface Typeface, Script Script, bool RightToLeft);

/// <summary>
/// Splits a line into runs, from left to right as they are drawn. The pictures are in English, so that a line begins at the left; what is
/// read from the right within it is turned round, digits within that are not (Unicode's bidirectional algorithm at its simplest).
/// </summary>
internal static class TextRuns
{
    public static IReadOnlyList<TextRun> Of(string text, bool bold)
    {
        string[] letters = [.. Letters.Of(text)];
        var turned = Turned(letters);
        var runs = new List<TextRun>();
        var stretch = 0; // where the runs begin that are turned together
        for (var i = 0; i < letters.Length; i++)
        {
            if (i == 0 || turned[i] != turned[i - 1])
                stretch = runs.Count;
            var run = Run(letters[i], bold, turned[i] && !IsDigits(letters[i]));
            var last = turned[i] ? stretch : runs.Count - 1; // where the run before stands
            if (last >= stretch && last < runs.Count && Joined(runs[last], run) is { } joined)
                runs[last] = joined;
            else
                runs.Insert(turned[i] ? stretch : runs.Count, run);
        }
        return runs;
    }

    /// <summary>Which letters lie within what is read from the right: such letters, and what stands between two of them.</summary>
    private static bool[] Turned(string[] letters)
    {
        var turned = new bool[letters.Length];
        var last = -1; // the last letter read from the right, with none read from the left after it
        for (var i = 0; i < letters.Length; i++)
        {
            var direction = Letters.IsRightToLeft(letters[i]);
            if (direction == true)
                Array.Fill(turned, true, last < 0 ? i : last, i + 1 - (last < 0 ? i : last));
            last = direction switch { true => i, false => -1, null => last };
        }
        return turned;
    }

    private static bool IsDigits(string letter) => char.IsDigit(letter, 0);

    private static TextRun Run(string letter, bool bold, bool rightToLeft)
    {
        var typeface = PlotFont.For(letter, bold);
        if (typeface is not null)
            return new TextRun(letter, typeface, Letters.ScriptOf(letter), rightToLeft);
        MissingLetters.Add(letter);
        return new TextRun($"<{Letters.Numbers(letter)}>", PlotFont.Embedded(bold), Script.Latin, RightToLeft: false);
    }

    private static TextRun? Joined(TextRun run, TextRun next)
    {
        var alike = run.Typeface == next.Typeface && run.RightToLeft == next.RightToLeft
            && (run.Script == next.Script || run.Script == Script.Common || next.Script == Script.Common);
        return !alike ? null : run with { Text = run.Text + next.Text, Script = run.Script == Script.Common ? next.Script : run.Script };
    }
}
