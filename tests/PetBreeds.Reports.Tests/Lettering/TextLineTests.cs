using PetBreeds.Reports.Lettering;
using SkiaSharp;
using Xunit;

namespace PetBreeds.Tests.Reports.Lettering;

public class TextLineTests
{
    [Fact]
    public void Text_is_cut_between_letters_and_control_characters_become_spaces()
    {
        static string Cut(string text, float width) => TextLine.Of(text, 12, width: width).Text;
        var cut = TextLine.Of("staffordshire_bull_terrier", 12, width: 80);
        Assert.StartsWith("staffo", cut.Text);
        Assert.EndsWith("…", cut.Text);
        Assert.InRange(cut.Width, 60, 80);
        Assert.Equal("a b c", Cut("a\nb\u001bc", 80));
        Assert.Equal(("", 0), (Cut("", 80), TextLine.Of("", 12).Width));
        Assert.Equal("…", Cut("wide", 1));
        Assert.DoesNotContain("\uD83D…", Cut("🐶🐶🐶🐶🐶🐶🐶🐶🐶🐶🐶🐶", 50));
    }

    [Theory]
    [InlineData("e\u0301", "e")] // a mark is over its letter
    [InlineData("a\u200Bb", "ab")] // blanks of no width are neither drawn nor missing
    [InlineData("\u2068ab\u2069", "ab")]
    public void What_has_no_width_takes_no_place(string text, string same) =>
        Assert.Equal(TextLine.Of(same, 20).Width, TextLine.Of(text, 20).Width, 0.01f);

    [Fact]
    public void Names_are_drawn_as_they_are_written()
    {
        float Parts(params string[] parts) => parts.Sum(part => TextLine.Of(part, 20).Width);
        Assert.Equal(Parts("-", ">"), Parts("->"), 1f); // no arrow
        Assert.Equal(Pixels("x"), Pixels("3x4", part: 1), 0.15); // no multiplication sign
    }

    [Fact]
    public void A_letter_that_no_font_has_is_written_as_its_number_and_warned_of()
    {
        var line = TextLine.Of("a\u0378", 12);
        Assert.Equal("a\u0378", line.Text);
        Assert.Equal(TextLine.Of("a<U+0378>", 12).Width, line.Width, 0.5f);
        Assert.Contains(MissingLetters.Warnings(), warning =>
            warning.Contains("no font on this system has some characters (\u0378)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("left", 0)]
    [InlineData("middle", 50)]
    [InlineData("right", 100)]
    public void A_line_is_drawn_from_by_its_left_end_middle_or_right_end(string at, int x)
    {
        var line = TextLine.Of("HHHH", 20);
        using var picture = new SKBitmap(200, 40);
        using var canvas = new SKCanvas(picture);
        using var ink = new SKPaint { Color = SKColors.Black };
        canvas.Clear(SKColors.White);
        var align = at switch { "left" => SKTextAlign.Left, "middle" => SKTextAlign.Center, _ => SKTextAlign.Right };
        line.Draw(canvas, 50 + x, 30, ink, align);
        var dark = Enumerable.Range(0, 200)
            .Where(column => Enumerable.Range(0, 40).Any(row => picture.GetPixel(column, row).Red < 128)).ToArray();
        var left = 50 + x - line.Width * (x / 100f);
        Assert.InRange(dark[0], left, left + 4);
        Assert.InRange(dark[^1], left + line.Width - 5, left + line.Width);
    }

    /// <summary>The dark pixels of a letter, seen alone or as one of several.</summary>
    private static double Pixels(string text, int part = 0)
    {
        var from = TextLine.Of(text[..part], 40).Width;
        var to = TextLine.Of(text[..(part + 1)], 40).Width;
        using var picture = new SKBitmap(200, 60);
        using var canvas = new SKCanvas(picture);
        using var ink = new SKPaint { Color = SKColors.Black };
        canvas.Clear(SKColors.White);
        TextLine.Of(text, 40).Draw(canvas, 0, 45, ink);
        var lowest = Enumerable.Range(0, 60)
            .Where(row => Enumerable.Range((int)from, (int)(to - from)).Any(column => picture.GetPixel(column, row).Red < 128)).Max();
        return lowest / 45.0; // × stands above the line, x on it
    }
}
