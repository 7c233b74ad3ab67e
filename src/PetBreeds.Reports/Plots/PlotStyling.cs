using PetBreeds.Reports.Lettering;
using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace PetBreeds.Reports.Plots;

/// <summary>The common style of the plots: white, light grid, no frame at the top and right, embedded font.</summary>
internal static class PlotStyling
{
    /// <summary>An empty plot in the common style.</summary>
    public static Plot Create(string? yLabel, string? xLabel = null, float leftWidth = 68)
    {
        var plot = new Plot();
        plot.Font.Set(PlotFont.Family);
        plot.FigureBackground.Color = Colors.White;
        plot.DataBackground.Color = Colors.White;
        plot.Axes.Color(PlotColors.Axis);
        plot.Axes.Top.FrameLineStyle.IsVisible = plot.Axes.Right.FrameLineStyle.IsVisible = false;
        plot.Grid.MajorLineColor = PlotColors.Grid;
        plot.Grid.MajorLineWidth = 1;
        foreach (var axis in plot.Axes.GetAxes())
        {
            axis.TickLabelStyle.FontSize = 12;
            axis.Label.FontSize = 13;
            axis.Label.Bold = false;
            axis.TickLabelStyle.ForeColor = axis.Label.ForeColor = PlotColors.Ink;
        }

        // The same left margin in each panel aligns their x axes.
        plot.Axes.Left.MinimumSize = plot.Axes.Left.MaximumSize = leftWidth;
        plot.Axes.Title.IsVisible = false;
        if (yLabel is not null)
            plot.YLabel(yLabel);
        if (xLabel is not null)
            plot.XLabel(xLabel);
        return plot;
    }

    /// <summary>Draws the plot into a rectangle of the canvas, clipped to it because ScottPlot clears everything it can reach.</summary>
    public static void Render(Plot plot, SKCanvas canvas, float top, float width, float height)
    {
        canvas.Save();
        canvas.ClipRect(SKRect.Create(0, top, width, height));
        plot.Render(canvas, new PixelRect(0, width, top + height, top));
        canvas.Restore();
    }

    /// <summary>A legend in its own column on the right, where it hides no data.</summary>
    public static void LegendBeside(Plot plot, float width)
    {
        plot.Legend.FontName = PlotFont.Family;
        plot.Legend.FontSize = 12;
        plot.Legend.FontColor = PlotColors.Ink;
        plot.Legend.OutlineWidth = 0;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.BackgroundColor = Colors.Transparent;
        var panel = plot.ShowLegend(Edge.Right);
        panel.Alignment = Alignment.UpperLeft;
        panel.MinimumSize = panel.MaximumSize = width;
    }

    /// <summary>Draws a line, with points if they are few enough to be told apart.</summary>
    public static void Line(Plot plot, string name, Color color, double[] xs, double[] ys, bool points, float width = 2)
    {
        var (x, y) = Finite(xs, ys);
        if (x.Length == 0)
            return;
        var line = plot.Add.Scatter(x, y, color);
        line.LegendText = name;
        line.LineWidth = width;
        line.MarkerSize = points ? 6 : 0;
    }

    /// <summary>A bold line of text at the top left of a canvas.</summary>
    public static void Heading(SKCanvas canvas, string text, float x, float baseline, float width, float size = 16)
    {
        using var paint = new SKPaint { Color = PlotColors.Ink.ToSKColor(), IsAntialias = true };
        TextLine.Of(text, size, bold: true, width).Draw(canvas, x, baseline, paint);
    }

    /// <summary>Ticks of a linear axis; <paramref name="format"/> turns a tick's value into its label.</summary>
    public static NumericAutomatic Ticks(Func<double, string>? format = null, bool integers = false, double density = 1)
    {
        var ticks = new NumericAutomatic { IntegerTicksOnly = integers, TickDensity = density };
        ticks.MinorTickGenerator = new NoMinorTicks();
        if (format is not null)
            ticks.LabelFormatter = format;
        return ticks;
    }

    private static (double[] X, double[] Y) Finite(double[] xs, double[] ys)
    {
        var kept = Enumerable.Range(0, xs.Length).Where(i => double.IsFinite(xs[i]) && double.IsFinite(ys[i])).ToArray();
        return ([.. kept.Select(i => xs[i])], [.. kept.Select(i => ys[i])]);
    }

    private sealed class NoMinorTicks : IMinorTickGenerator
    {
        public IEnumerable<double> GetMinorTicks(double[] majorPositions, CoordinateRange visibleRange) => [];
    }
}
