using PetBreeds.Reports;
using SkiaSharp;
using Xunit;

namespace PetBreeds.Tests.Reports;

public class PlotFontTests
{
    [Fact]
    public void The_embedded_family_is_what_plots_get()
    {
        Assert.Equal("Inter", PlotFont.Family);
        Assert.Equal("Inter", PlotFont.Regular.FamilyName);
        Assert.False(PlotFont.Regular.IsBold);
        Assert.True(PlotFont.Bold.IsBold);
        var regular = ScottPlot.Fonts.GetTypeface(PlotFont.Family, bold: false, italic: false);
        var bold = ScottPlot.Fonts.GetTypeface(PlotFont.Family, bold: true, italic: false);
        Assert.Equal(("Inter", PlotFont.Regular.GlyphCount, false), (regular.FamilyName, regular.GlyphCount, regular.IsBold));
        Assert.Equal(("Inter", true), (bold.FamilyName, bold.IsBold));
    }

    [Fact]
    public void A_plot_draws_its_text_with_the_embedded_font()
    {
        int Dark(string? label)
        {
            using var plot = PlotStyling.Create(null, label);
            using var image = SKBitmap.Decode(plot.GetImageBytes(400, 300, ScottPlot.ImageFormat.Png));
            return ReportFiles.Count(image, SKColor.Parse("#222222"), 90);
        }

        Assert.True(Dark("learning rate") > Dark(null) + 100, $"{Dark("learning rate")} against {Dark(null)}");
        using var styled = PlotStyling.Create("loss", "epoch");
        Assert.All(styled.Axes.GetAxes(), axis => Assert.Equal(("Inter", "Inter"), (axis.Label.FontName, axis.TickLabelStyle.FontName)));
    }

    [Theory]
    [InlineData("Ångström Łódź Ελλάδα Москва – … × → °")]
    [InlineData("german_shorthaired 0123456789 .,;:!?%+-=()[]{}<>/\\'\"@#&*")]
    public void The_embedded_font_has_the_characters_of_names_and_numbers(string text)
    {
        using var font = PlotFont.For(text, 12);
        Assert.Equal("Inter", font.Typeface.FamilyName);
        Assert.True(font.ContainsGlyphs(text));
    }

    [Fact]
    public void Text_is_cut_between_characters_and_control_characters_become_spaces()
    {
        using var font = PlotFont.For("x", 12);
        var cut = TextFit.Ellipsise("staffordshire_bull_terrier", font, 80);
        Assert.StartsWith("staffo", cut);
        Assert.EndsWith("…", cut);
        Assert.True(font.MeasureText(cut) <= 80);
        Assert.Equal("a b c", TextFit.Ellipsise("a\nb\u001bc", font, 80));
        Assert.Equal("", TextFit.Ellipsise("", font, 80));
        Assert.Equal("…", TextFit.Ellipsise("wide", font, 1));
        Assert.DoesNotContain("\uD83D…", TextFit.Ellipsise("🐶🐶🐶🐶🐶🐶🐶🐶🐶🐶🐶🐶", font, 50));
    }
}
