using PetBreeds.Reports.Plots;
using PetBreeds.Training.Planning;
using SkiaSharp;
using Xunit;

namespace PetBreeds.Tests.Reports.Plots;

public class LrFindPlotTests
{
    private static readonly SKColor Blue = SKColor.Parse("#0072B2");
    private static readonly string[] Markers = ["#D55E00", "#009E73", "#CC79A7", "#E69F00"];

    [Fact]
    public void Draws_the_curve_and_every_suggestion_with_its_label_above_the_data()
    {
        using var files = new ReportFiles();
        var (lrs, raw, smooth) = Search();
        LrFindPlot.Save(files.Path("lr_find.png"), lrs, raw, smooth, Suggest(lrs, smooth, 48, 52, 64, 66));
        using var picture = ReportFiles.Read(files.Path("lr_find.png"));
        Assert.Equal((2000, 1120), (picture.Width, picture.Height));
        Assert.True(ReportFiles.Count(picture, Blue) > 3000);
        foreach (var color in Markers)
        {
            // The point is a disc of 9 units: about 250 pixels; a smaller one of about 200 stands before its label, above the data.
            Assert.True(ReportFiles.Count(picture, SKColor.Parse(color), 4, top: 0.24) > 150, color);
            Assert.True(ReportFiles.Count(picture, SKColor.Parse(color), 4, top: 0.06, bottom: 0.23) > 120, color);
        }

        Assert.True(ReportFiles.Count(picture, SKColor.Parse("#222222"), 40, left: 0.4, top: 0.09, bottom: 0.23) > 3000);
    }

    [Fact]
    public void The_explosion_at_the_end_does_not_flatten_the_curve()
    {
        var (lrs, raw, smooth) = Search();
        smooth[^1] = 1e9;
        smooth[^2] = double.PositiveInfinity;
        var (low, high) = LrFindPlot.LossRange(smooth);
        Assert.InRange(low, 0.5, 1.0);
        Assert.InRange(high, 4.0, 5.5);
        using var files = new ReportFiles();
        LrFindPlot.Save(files.Path("explosion.png"), lrs, raw, smooth, []);
        using var picture = ReportFiles.Read(files.Path("explosion.png"));
        Assert.True(ReportFiles.Count(picture, Blue, top: 0.6, bottom: 0.85) > 200);
        Assert.True(ReportFiles.Count(picture, Blue, top: 0.2, bottom: 0.5) > 1000);
    }

    [Theory]
    [InlineData(new float[] { 0, 200, 400 }, new[] { 0, 0, 0 })]
    [InlineData(new float[] { 0, 10, 20, 30 }, new[] { 3, 2, 1, 0 })]
    [InlineData(new float[] { 0, 50, 200 }, new[] { 1, 0, 0 })]
    [InlineData(new float[] { 5, 5 }, new[] { 1, 0 })]
    [InlineData(new float[] { }, new int[] { })]
    public void Labels_that_would_meet_go_to_rows_of_their_own(float[] xs, int[] rows) =>
        Assert.Equal(rows, LrFindPlot.LabelRows(xs, [.. xs.Select(_ => 100f)]));

    [Theory]
    [InlineData(0.00145, "1.45e-3")]
    [InlineData(1e-6, "1e-6")]
    [InlineData(0.01, "0.01")]
    [InlineData(0.0158489, "0.016")]
    [InlineData(10, "10")]
    public void Rates_are_written_as_one_would_type_them(double rate, string text) => Assert.Equal(text, LrFindPlot.Format(rate));

    [Fact]
    public void Lists_of_different_lengths_are_refused() =>
        Assert.Throws<ArgumentException>(() => LrFindPlot.Save("x.png", [1], [1, 2], [1], []));

    [Fact]
    public void Draws_when_every_loss_is_the_same_or_there_is_none()
    {
        using var files = new ReportFiles();
        LrFindPlot.Save(files.Path("flat.png"), [1e-3, 1e-2], [2, 2], [2, 2], [new LearningRateSuggestion("valley", 1e-3, 2, "")]);
        LrFindPlot.Save(files.Path("empty.png"), [], [], [], []);
        using var picture = ReportFiles.Read(files.Path("flat.png"));
        Assert.True(ReportFiles.Count(picture, Blue) > 500);
    }

    internal static (double[] Lrs, double[] Raw, double[] Smooth) Search()
    {
        var lrs = Enumerable.Range(0, 100).Select(i => Math.Pow(10, -7 + 8 * i / 99.0)).ToArray();
        var smooth = lrs.Select(lr => 0.9 + 3.1 / (1 + Math.Pow(lr / 2e-3, 1.1)) + Math.Pow(lr / 0.5, 2)).ToArray();
        return (lrs, [.. smooth.Select((y, i) => y + 0.25 * Math.Sin(i * 12.9898) * Math.Cos(i * 78.2))], smooth);
    }

    private static LearningRateSuggestion[] Suggest(double[] lrs, double[] smooth, params int[] at) =>
        [.. at.Zip(["slide", "valley", "minimum/10", "steep"], (i, name) => new LearningRateSuggestion(name, lrs[i], smooth[i], ""))];
}
