using PetBreeds.Reports.Lettering;
using PetBreeds.Reports.Plots;
using SkiaSharp;
using Xunit;

namespace PetBreeds.Tests.Reports.Lettering;

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
        Assert.All(Letters.Of(text), letter => Assert.Same(PlotFont.Regular, PlotFont.For(letter, bold: false)));
        Assert.All(Letters.Of(text), letter => Assert.Same(PlotFont.Bold, PlotFont.For(letter, bold: true)));
    }

    [Theory]
    [InlineData("猫")]
    [InlineData("ط")]
    [InlineData("हि")]
    [InlineData("🐈")]
    public void Another_letter_is_drawn_by_a_font_that_has_it_or_by_none(string letter)
    {
        if (PlotFont.For(letter, bold: false) is { } font)
            Assert.True(font.ContainsGlyphs(letter), $"{font.FamilyName} has no {letter}");
        Assert.Null(PlotFont.For("\u0378", bold: false)); // a number that Unicode has not given away
    }

    [Fact]
    public void Fonts_are_found_in_folders_and_what_is_none_is_passed_over()
    {
        using var folder = new TempFolder();
        var below = Directory.CreateDirectory(Path.Combine(folder.Path, "below")).FullName;
        using (var file = File.Create(Path.Combine(below, "a font.OTF")))
        using (var inter = typeof(PlotFont).Assembly.GetManifestResourceStream("PetBreeds.Reports.Fonts.Inter-Bold.otf")!)
            inter.CopyTo(file);
        File.WriteAllText(Path.Combine(below, "b.ttf"), "no font");
        File.WriteAllText(Path.Combine(below, "read me.txt"), "");
        var found = Assert.Single(SystemFonts.In(folder.Path));
        Assert.Equal(("Inter", true), (found.FamilyName, found.IsBold));
        Assert.Empty(SystemFonts.In(Path.Combine(folder.Path, "missing")));
    }
}
