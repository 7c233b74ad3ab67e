using PetBreeds.Reports.Plots;
using PetBreeds.Tests.Catalog;
using PetBreeds.Training.Steps;
using SkiaSharp;
using Xunit;

namespace PetBreeds.Tests.Reports.Plots;

public class CurvesPlotTests
{
    private static readonly SKColor Blue = SKColor.Parse("#0072B2");
    private static readonly SKColor Vermillion = SKColor.Parse("#D55E00");
    private static readonly SKColor Sky = SKColor.Parse("#56B4E9");
    private static readonly SKColor Purple = SKColor.Parse("#CC79A7");
    private static readonly SKColor Orange = SKColor.Parse("#E69F00");
    private static readonly SKColor Shade = SKColor.Parse("#E8F2F8");
    private static readonly SKColor Ink = SKColor.Parse("#222222");

    [Fact]
    public void Each_curve_is_in_its_panel_and_as_high_as_its_values()
    {
        using var files = new ReportFiles();
        // so many that no points are drawn
        EpochResult[] history = [.. Enumerable.Range(1, 50).Select(e => new EpochResult(e, false, 1, 2, e / 100.0, 61, 95))];
        StepResult[] steps = [.. Enumerable.Range(0, 500).Select(s => new StepResult(s, s / 10.0, 1.5, s < 250 ? 1e-3 : 2e-3, .9))];
        CurvesPlot.Save(files.Path("curves.png"), history, steps);
        using var picture = ReportFiles.Read(files.Path("curves.png"));
        Assert.Equal((2000, 1600), (picture.Width, picture.Height));

        const double firstEnds = .4, secondEnds = .65, thirdEnds = .825; // of 800: 40 for the title, 280, 200, 140, 140
        var (valid, step, train) = (Curve(picture, Vermillion, 0, firstEnds), Curve(picture, Sky, 0, firstEnds),
            Curve(picture, Blue, 0, firstEnds));
        Assert.True(valid.MidY < step.MidY && step.MidY < train.MidY, $"{valid.MidY} above {step.MidY} above {train.MidY}");
        Assert.Equal((valid.MidY + train.MidY) / 2.0, step.MidY, 2.0); // halfway in value, halfway in height
        Assert.All([valid, step, train], flat => Assert.InRange(flat.Height, 2, 6));
        Assert.True(Curve(picture, Vermillion, firstEnds, secondEnds).Height > 100, "the error rises");
        Assert.True(Curve(picture, Purple, secondEnds, thirdEnds).Height > 60, "the learning rate leaps");
        Assert.InRange(Curve(picture, Orange, thirdEnds, 1).Height, 2, 6);
        Assert.All([Sky, Blue], color => Assert.True(Curve(picture, color, firstEnds, 1).IsEmpty));
    }

    [Fact]
    public void The_solved_heads_loss_on_held_out_photos_is_no_part_of_the_training_curve()
    {
        using var files = new ReportFiles();
        EpochResult[] history = [new(0, true, 2, 2, .5, 9, 95), .. Enumerable.Range(1, 50)
            .Select(e => new EpochResult(e, false, 1, 2, .5, 61, 95))];
        CurvesPlot.Save(files.Path("curves.png"), history);
        using var picture = ReportFiles.Read(files.Path("curves.png"));
        const double firstEnds = .6; // of 520: 40 for the title, 280, 200
        var (valid, train) = (Curve(picture, Vermillion, 0, firstEnds), Curve(picture, Blue, 0, firstEnds));
        Assert.InRange(train.Height, 2, 6);
        Assert.True(valid.Left < train.Left - 10, $"{valid.Left} and {train.Left}"); // by an epoch
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void The_frozen_epochs_alone_are_shaded(int frozen)
    {
        using var files = new ReportFiles();
        int[] Shaded(int epochs) // the columns that are mostly shaded
        {
            CurvesPlot.Save(files.Path($"{epochs}.png"), History(epochs, 9 - epochs));
            using var picture = ReportFiles.Read(files.Path($"{epochs}.png"));
            bool Is(int x) => Enumerable.Range(picture.Height / 2, 200)
                .Count(y => ReportFiles.Near(picture.GetPixel(x, y), Shade, 2)) > 100;
            return [.. Enumerable.Range(0, picture.Width).Where(Is)];
        }

        var (part, all) = (Shaded(frozen), Shaded(9));
        Assert.Equal(all[0], part[0]);
        Assert.Equal(all[0] + (all[^1] - all[0]) * frozen / 9.0, part[^1], 4.0);
        Assert.Empty(Shaded(0));
    }

    [Fact]
    public void The_title_is_drawn_and_says_that_the_sample_is_synthetic()
    {
        using var files = new ReportFiles();
        SKRectI Title(string name, string title, bool synthetic)
        {
            CurvesPlot.Save(files.Path(name), History(1, 2), title: title, synthetic: synthetic);
            using var picture = ReportFiles.Read(files.Path(name));
            return ReportFiles.Bounds(picture, Ink, 40, bottom: 0.07);
        }

        var (plain, synthetic) = (Title("titled.png", "resnet18-sample", false), Title("synthetic.png", "resnet18-sample", true));
        Assert.True(Title("untitled.png", "", false).IsEmpty);
        Assert.False(plain.IsEmpty);
        Assert.Equal(plain.Left, synthetic.Left);
        Assert.True(synthetic.Right > plain.Right + 100, $"{synthetic.Right} against {plain.Right}");
    }

    [Fact]
    public void Without_epochs_there_are_axes_and_no_curves()
    {
        using var files = new ReportFiles();
        CurvesPlot.Save(files.Path("none.png"), []);
        using var picture = ReportFiles.Read(files.Path("none.png"));
        Assert.Equal((2000, 1040), (picture.Width, picture.Height));
        Assert.All([Blue, Vermillion, Sky], color => Assert.True(Curve(picture, color, 0, 1).IsEmpty));
        Assert.False(ReportFiles.Bounds(picture, Ink, 40, top: .1, bottom: .5).IsEmpty, "the loss has an axis with numbers");
        Assert.False(ReportFiles.Bounds(picture, Ink, 40, top: .9).IsEmpty, "the epochs have one");
    }

    [Fact]
    public void What_is_not_a_number_is_left_out_and_the_rest_is_drawn()
    {
        using var files = new ReportFiles();
        CurvesPlot.Save(files.Path("nan.png"),
            [new(1, true, double.NaN, double.PositiveInfinity, 0.5, 1, 10), new(2, false, 1, 1.5, 0.5, 1, 10)],
            [new(0, 0, double.NaN, 1e-3, 0.9), new(1, 0.5, 3, 1e-3, 0.9), new(2, double.NaN, 2, 1e-3, 0.9)]);
        using var picture = ReportFiles.Read(files.Path("nan.png"));
        var (train, valid) = (Curve(picture, Blue, 0, .4), Curve(picture, Vermillion, 0, .4));
        Assert.All([train, valid], point => Assert.InRange(point.Width, 8, 16)); // one point of the second epoch
        Assert.Equal(train.MidX, valid.MidX, 1.0);
        Assert.True(valid.MidY < train.MidY);
        Assert.True(Curve(picture, Vermillion, .4, .65).Width > 300, "both error rates are numbers");
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

    /// <summary>Where a colour is in a band of the picture, left of the legend.</summary>
    private static SKRectI Curve(SKBitmap picture, SKColor color, double top, double bottom)
    {
        using var plots = new SKBitmap();
        Assert.True(picture.ExtractSubset(plots, SKRectI.Create(picture.Width * 5 / 6, picture.Height)));
        return ReportFiles.Bounds(plots, color, top: top, bottom: bottom);
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
