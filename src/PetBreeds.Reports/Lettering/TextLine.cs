using SkiaSharp;

namespace PetBreeds.Reports.Lettering;

/// <summary>
/// One line of text in any scripts, ready to be drawn: letters that the embedded font lacks come from system fonts, letters are joined and
/// reordered as their script requires, and right-to-left text runs to the left. A letter that no font has is written as its code point
/// (U+732B), never as a box, and recorded in <see cref="MissingLetters"/>.
/// </summary>
internal sealed class TextLine
{
    private readonly IReadOnlyList<ShapedRun> _runs;

    private TextLine(string text, float size, bool bold)
    {
        Text = text;
        var runs = new TextRuns(letter => PlotFont.For(letter, bold), PlotFont.Embedded(bold), MissingLetters.Add);
        _runs = [.. runs.Of(text).Select(run => ShapedRun.Of(run, size))];
        Width = _runs.Sum(run => run.Width);
    }

    /// <summary>The text that is drawn: on one line, possibly cut.</summary>
    public string Text { get; }

    /// <summary>Its width in pixels.</summary>
    public float Width { get; }

    /// <summary>The line, cut between two letters and ended with an ellipsis if it is wider than <paramref name="width"/> pixels.</summary>
    public static TextLine Of(string text, float size, bool bold = false, float width = float.PositiveInfinity)
    {
        var line = TextFit.OneLine(text);
        var whole = new TextLine(line, size, bold);
        return whole.Width <= width ? whole : TextFit.Ellipsise(line, cut => new TextLine(cut, size, bold), cut => cut.Width <= width);
    }

    /// <summary>Draws the line with its left end, middle or right end at <paramref name="x"/>.</summary>
    public void Draw(SKCanvas canvas, float x, float baseline, SKPaint ink, SKTextAlign align = SKTextAlign.Left)
    {
        x -= align switch { SKTextAlign.Center => Width / 2, SKTextAlign.Right => Width, _ => 0 };
        foreach (var run in _runs)
        {
            run.Draw(canvas, x, baseline, ink);
            x += run.Width;
        }
    }
}
