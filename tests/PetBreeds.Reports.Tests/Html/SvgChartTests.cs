using PetBreeds.Pixels.Decoding;
using PetBreeds.Reports.Html;
using Xunit;

namespace PetBreeds.Tests.Reports.Html;

public class SvgChartTests
{
    [Theory]
    [InlineData(0, 1, "0,0.2,0.4,0.6,0.8,1")]
    [InlineData(0, 7, "0,2,4,6")]
    [InlineData(-.3, .4, "-0.2,0,0.2,0.4")]
    [InlineData(0, 3e-4, "0,0.0001,0.0002,0.0003")]
    public void Ticks_are_round(double low, double high, string expected) =>
        Assert.Equal(expected, string.Join(',', SvgChart.Ticks(low, high, 5).Select(tick => Math.Round(tick, 6).ToString("0.######"))));

    [Fact]
    public void Gaps_and_explosions_do_not_break_a_line()
    {
        var chart = new SvgChart("Loss", "epoch",
            [new("loss", "c1", [(0, 1), (1, double.NaN), (2, 3), (3, double.PositiveInfinity), (4, 2)])]).Draw().ToString();
        Assert.Matches(@"d=""M[\d. ]+M[\d. ]+M[\d. ]+""", chart);
        Assert.DoesNotContain("NaN", chart);
        Assert.DoesNotContain("∞", chart);
    }

    [Fact]
    public void Without_numbers_there_is_no_chart() =>
        Assert.Equal("", new SvgChart("Loss", "epoch", [new("loss", "c1", [(0, double.NaN)])]).Draw().ToString());

    [Fact]
    public void Long_runs_are_thinned_and_keep_their_end()
    {
        (double, double)[] points = [.. Enumerable.Range(0, 100_000).Select(i => (i / 1000.0, 1.0))];
        var chart = new SvgChart("Loss", "epoch", [new("loss", "c1", points)]).Draw().ToString();
        Assert.InRange(chart.Length, 1000, 12_000);
        Assert.Contains("L428 ", chart); // the right edge
    }

    [Theory]
    [InlineData(.4561, "45.6%")]
    [InlineData(.00085, "0.085%")]
    [InlineData(.99915, "99.915%")]
    [InlineData(.0000012, "0.00012%")]
    [InlineData(1e-9, "< 0.0001%")]
    [InlineData(1 - 1e-9, "> 99.9999%")]
    [InlineData(0, "0%")]
    [InlineData(1, "100%")]
    public void Probabilities_near_the_ends_keep_the_digits_that_count(double p, string expected) =>
        Assert.Equal(expected, Wording.Probability(p));

    [Fact]
    public void Heat_brightens_what_was_seen_and_darkens_the_rest()
    {
        var photo = new RgbImage(2, 1, [100, 100, 100, 100, 100, 100]);
        var blended = ReportPicture.Blend(photo, [0, 1]).Pixels;
        Assert.Equal([40, 40, 42], blended[..3]); // 0.4 × 100 and 0.6 × inferno's first colour
        Assert.Equal([191, 193, 138], blended[3..]);
    }
}
