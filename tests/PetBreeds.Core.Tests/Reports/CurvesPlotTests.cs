using PetBreeds.Reports;
using PetBreeds.Training;
using SkiaSharp;
using Xunit;

namespace PetBreeds.Tests.Reports;

public class CurvesPlotTests
{
    private static readonly SKColor Blue = SKColor.Parse("#0072B2");
    private static readonly SKColor Vermillion = SKColor.Parse("#D55E00");
    private static readonly SKColor Shade = SKColor.Parse("#E8F2F8");
    private static readonly SKColor Ink = SKColor.Parse("#222222");

    [Fact]
    public void Draws_four_panels_at_twice_their_size_with_both_losses()
    {
        using var files = new ReportFiles();
        CurvesPlot.Save(files.Path("curves.png"), History(3, 6), Steps(9), "20250102-030405-resnet50-pets");
        using var picture = ReportFiles.Read(files.Path("curves.png"));
        Assert.Equal((2000, 1600), (picture.Width, picture.Height));
        Assert.True(ReportFiles.Count(picture, Blue, bottom: 0.4) > 500);
        Assert.True(ReportFiles.Count(picture, Vermillion, bottom: 0.4) > 500);
        Assert.Equal(0, ReportFiles.Count(picture, Blue, top: 0.45));
        Assert.True(ReportFiles.Count(picture, Vermillion, top: 0.45, bottom: 0.65) > 300);
    }

    [Fact]
    public void Shades_the_frozen_epochs_only()
    {
        using var files = new ReportFiles();
        CurvesPlot.Save(files.Path("frozen.png"), History(3, 6));
        CurvesPlot.Save(files.Path("thawed.png"), History(0, 9));
        using var frozen = ReportFiles.Read(files.Path("frozen.png"));
        using var thawed = ReportFiles.Read(files.Path("thawed.png"));

        // Data spans 68 to 835 of 1000 units and 9.18 epochs: the third epoch ends at 319.
        Assert.True(ReportFiles.Count(frozen, Shade, 2, left: 0.08, right: 0.32) > 100_000);
        Assert.True(ReportFiles.Count(frozen, Shade, 2, left: 0.325) < 2000); // the legend's patch and smooth edges
        Assert.True(ReportFiles.Count(thawed, Shade, 2) < 500);
    }

    [Fact]
    public void The_title_is_drawn_and_says_that_the_sample_is_synthetic()
    {
        using var files = new ReportFiles();
        int Title(string name, string title, bool synthetic)
        {
            CurvesPlot.Save(files.Path(name), History(1, 2), title: title, synthetic: synthetic);
            using var picture = ReportFiles.Read(files.Path(name));
            return ReportFiles.Count(picture, Ink, 40, bottom: 0.07);
        }

        var none = Title("untitled.png", "", false);
        var plain = Title("titled.png", "resnet18-sample", false);
        var synthetic = Title("synthetic.png", "resnet18-sample", true);
        Assert.Equal(0, none);
        Assert.True(plain > 300, $"{plain} pixels of title");
        Assert.True(synthetic > plain * 1.5, $"{synthetic} pixels of title against {plain}");
    }

    [Fact]
    public void Survives_no_epochs_one_epoch_and_losses_that_are_not_numbers()
    {
        using var files = new ReportFiles();
        CurvesPlot.Save(files.Path("none.png"), []);
        CurvesPlot.Save(files.Path("one.png"), History(1, 0), Steps(1));
        CurvesPlot.Save(files.Path("nan.png"),
            [new(1, true, double.NaN, double.PositiveInfinity, 0.5, 1, 10), new(2, false, 1, 1.5, 0.5, 1, 10)],
            [new(0, 0, double.NaN, 1e-3, 0.9), new(1, 0.5, 3, 1e-3, 0.9), new(2, double.NaN, 2, 1e-3, 0.9)]);
        using var picture = ReportFiles.Read(files.Path("nan.png"));
        Assert.True(ReportFiles.Count(picture, Vermillion) > 50);
    }

    [Fact]
    public void Smoothing_is_debiased_and_steps_over_what_is_not_a_number()
    {
        // By hand, beta 0.98: 4; (0.98·0.02·4 + 0.02·2) / (1 − 0.98²); unchanged.
        var smoothed = CurvesPlot.Smooth([4, 2, double.NaN]);
        Assert.Equal(4, smoothed[0], 12);
        Assert.Equal((0.98 * 4 + 2) / 1.98, smoothed[1], 12);
        Assert.Equal(smoothed[1], smoothed[2]);
    }

    [Theory]
    [InlineData(new[] { 0.5, 0.2, double.NaN }, true, 0, 0.55)]
    [InlineData(new[] { 0.0, 0.0 }, true, 0, 0.1)]
    [InlineData(new[] { -1.0, 1.0 }, true, -1.2, 1.2)]
    [InlineData(new[] { 0.85, 0.95 }, false, 0.84, 0.96)]
    [InlineData(new double[] { }, true, 0, 1.1)]
    public void The_range_holds_all_numbers_and_starts_at_zero_where_it_can(double[] values, bool fromZero, double low, double high)
    {
        var range = CurvesPlot.Range(values, fromZero);
        Assert.Equal(low, range.Low, 9);
        Assert.Equal(high, range.High, 9);
    }

    internal static EpochResult[] History(int frozen, int thawed) =>
        [.. Enumerable.Range(1, frozen + thawed).Select(e => new EpochResult(
            e, e <= frozen, 0.15 + 2.4 * Math.Exp(-e / 2.0), 0.25 + 1.8 * Math.Exp(-e / 1.6), 0.05 + 0.35 * Math.Exp(-e / 1.5), 61, 95))];

    internal static StepResult[] Steps(int epochs) =>
        [.. Enumerable.Range(0, epochs * 90).Select(s =>
        {
            var t = s / (epochs * 90.0);
            var noise = 0.3 * Math.Sin(s * 12.9898) * Math.Cos(s * 78.233);
            return new StepResult(s, s / 90.0, 0.15 + (3 + noise) * Math.Exp(-s / 180.0), t < 0.25
                ? 4e-3 * (0.04 + 0.96 * t / 0.25) : 2e-3 * (1 + Math.Cos(Math.PI * (t - 0.25) / 0.75)),
                0.95 - 0.1 * (t < 0.25 ? t / 0.25 : (1 + Math.Cos(Math.PI * (t - 0.25) / 0.75)) / 2));
        })];
}
