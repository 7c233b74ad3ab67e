using HarfBuzzSharp;
using SkiaSharp;

namespace PetBreeds.Reports.Lettering;

/// <summary>A part of a line with one font, script and direction.</summary>
internal sealed record TextRun(string Text, SKTypeface Typeface, Script Script, bool RightToLeft);

/// <summary>
/// Splits a line into runs, from left to right as they are drawn: right-to-left text is reversed, digits within it are not (the simplest
/// form of Unicode's bidirectional algorithm). A line starts at the right if its first word is right-to-left.
/// </summary>
/// <param name="font">The font that draws a letter; null if none does.</param>
/// <param name="embedded">The font for what replaces a letter that no font draws.</param>
/// <param name="missing">Called with such letters.</param>
internal sealed class TextRuns(Func<string, SKTypeface?> font, SKTypeface embedded, Action<string> missing)
{
    public IReadOnlyList<TextRun> Of(string text)
    {
        string[] letters = [.. Letters.Of(text)];
        var directions = Array.ConvertAll(letters, Letters.IsRightToLeft);
        var fromRight = directions.FirstOrDefault(direction => direction is not null) ?? false;
        var turned = Resolved(directions, fromRight);
        var stretches = new List<List<TextRun>>();
        for (var i = 0; i < letters.Length; i++)
        {
            if (i == 0 || turned[i] != turned[i - 1])
                stretches.Add([]);
            Add(stretches[^1], Run(letters[i], turned[i] && !char.IsDigit(letters[i], 0)), turned[i]);
        }
        if (fromRight)
            stretches.Reverse();
        return [.. stretches.SelectMany(runs => runs)];
    }

    /// <summary>Letters without a direction follow their neighbours if these agree, else the line.</summary>
    private static bool[] Resolved(bool?[] directions, bool line)
    {
        var resolved = new bool[directions.Length];
        for (int i = 0, next; i < directions.Length; i = next)
        {
            next = i + 1;
            while (next < directions.Length && directions[i] is null && directions[next] is null)
                next++;
            var before = i == 0 ? line : resolved[i - 1];
            var after = next == directions.Length ? line : directions[next] ?? line;
            Array.Fill(resolved, directions[i] ?? (before == after ? before : line), i, next - i);
        }
        return resolved;
    }

    /// <summary>Adds a run to the end of a stretch (its left end if reversed), merging it with a run of the same kind there.</summary>
    private static void Add(List<TextRun> stretch, TextRun run, bool turned)
    {
        var end = turned ? 0 : stretch.Count - 1;
        if (stretch.Count > 0 && Joined(stretch[end], run) is { } joined)
            stretch[end] = joined;
        else
            stretch.Insert(turned ? 0 : stretch.Count, run);
    }

    private static TextRun? Joined(TextRun run, TextRun next)
    {
        var alike = run.Typeface == next.Typeface && run.RightToLeft == next.RightToLeft
            && (run.Script == next.Script || run.Script == Script.Common || next.Script == Script.Common);
        return !alike ? null : run with { Text = run.Text + next.Text, Script = run.Script == Script.Common ? next.Script : run.Script };
    }

    private TextRun Run(string letter, bool rightToLeft)
    {
        if (font(letter) is { } typeface)
            return new TextRun(letter, typeface, Letters.ScriptOf(letter), rightToLeft);
        missing(letter);
        return new TextRun($"<{Letters.Numbers(letter)}>", embedded, Script.Latin, RightToLeft: false);
    }
}
