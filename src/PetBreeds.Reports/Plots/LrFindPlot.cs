using PetBreeds.Reports.Lettering;
using PetBreeds.Training.Planning;
using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace PetBreeds.Reports.Plots;

/// <summary>The picture of a learning-rate search: loss against learning rate, with the suggested rates marked.</summary>
internal static class LrFindPlot
{
    private const int Width = 1000;
    private const int Height = 560;
    private const int RightMargin = 150; // the legend; the rightmost label may also reach into it
    private const int RowHeight = 20;
    private const int HeadingHeight = 44;
    private const float LabelSize = 12.5f;

    private static readonly Color[] MarkerColors = [PlotColors.Vermillion, PlotColors.Green, PlotColors.Purple, PlotColors.Orange];

    /// <summary>Draws <c>lr_find.png</c>: a log axis of learning rates, raw losses faint, smoothed ones bold.</summary>
    /// <param name="path">The picture's file (.png or .jpg).</param>
    /// <param name="lrs">The learning rates tried, ascending, above 0.</param>
    /// <param name="losses">The raw batch loss at each; may become infinite at the end.</param>
    /// <param name="smoothed">The smoothed loss at each.</param>
    /// <param name="suggestions">The rates to mark, at most a handful.</param>
    /// <param name="title">The line above the picture.</param>
    /// <exception cref="ArgumentException">The three lists differ in length.</exception>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Save(
        string path, IReadOnlyList<double> lrs, IReadOnlyList<double> losses, IReadOnlyList<double> smoothed,
        IReadOnlyList<LearningRateSuggestion> suggestions, string title = "learning-rate finder")
    {
        if (lrs.Count != losses.Count || lrs.Count != smoothed.Count)
            throw new ArgumentException($"{lrs.Count} learning rates, {losses.Count} losses and {smoothed.Count} smoothed losses");
        var marks = suggestions.Where(s => s.LearningRate > 0 && double.IsFinite(s.LearningRate) && double.IsFinite(s.Loss))
            .OrderBy(s => s.LearningRate).ToArray();
        using var plot = Curve([.. lrs.Select(Math.Log10)], losses, smoothed);
        for (var i = 0; i < marks.Length; i++)
            Mark(plot, marks[i], MarkerColors[i % MarkerColors.Length]);
        PictureFile.Draw(path, Width, Height, canvas => Render(canvas, plot, marks, title));
    }

    /// <summary>A learning rate as one would type it: 1.45e-3, 0.02, 1.</summary>
    public static string Format(double rate) => rate < 0.01 ? rate.ToString("0.##e-0") : rate.ToString("0.###");

    /// <summary>
    /// The row of each label, 0 nearest the data, such that no label covers another label or its line. Labels start at
    /// <paramref name="xs"/> (ascending) and are <paramref name="widths"/> wide.
    /// </summary>
    internal static int[] LabelRows(IReadOnlyList<float> xs, IReadOnlyList<float> widths)
    {
        var rows = new int[xs.Count];
        for (var i = xs.Count - 1; i >= 0; i--) // from the right: a label goes above those to its right that it would overlap
            for (var j = i + 1; j < xs.Count; j++)
                if (xs[j] <= xs[i] + widths[i])
                    rows[i] = Math.Max(rows[i], rows[j] + 1);
        return rows;
    }

    /// <summary>
    /// The range of losses to show: from the lowest smoothed loss to the highest one before it, with a margin, so that the divergence at
    /// the end does not flatten the curve.
    /// </summary>
    public static (double Low, double High) LossRange(IReadOnlyList<double> smoothed)
    {
        var finite = smoothed.Where(double.IsFinite).ToArray();
        if (finite.Length == 0)
            return (0, 1);
        var low = finite.Min();
        var start = finite.Take(Array.IndexOf(finite, low) + 1).Max();
        var high = start > low ? start : finite.Max(); // a loss that only rises is shown in full
        var span = high > low ? high - low : Math.Max(Math.Abs(low), 1) * 0.1;
        return (low - 0.12 * span, low + 1.3 * span);
    }

    private static Plot Curve(double[] logs, IReadOnlyList<double> losses, IReadOnlyList<double> smoothed)
    {
        var plot = PlotStyling.Create("loss", "learning rate (log scale)");
        PlotStyling.Line(plot, "loss, raw", PlotColors.Faint, logs, [.. losses], points: false, width: 1);
        PlotStyling.Line(plot, "loss, smoothed", PlotColors.Blue, logs, [.. smoothed], points: false, width: 2.5f);
        var (low, high) = LossRange(smoothed);
        var (left, right) = logs.Length == 0 ? (-6, 1) : (logs.Min(), logs.Max());
        plot.Axes.SetLimits(left - 0.1, right + 0.1, low, high);
        plot.Axes.Bottom.TickGenerator = Decades((int)Math.Floor(left) - 1, (int)Math.Ceiling(right) + 1);
        plot.Axes.Left.TickGenerator = PlotStyling.Ticks();
        plot.Axes.Bottom.MinimumSize = plot.Axes.Bottom.MaximumSize = 56;
        PlotStyling.LegendBeside(plot, RightMargin);
        return plot;
    }

    private static NumericManual Decades(int first, int last)
    {
        var ticks = new NumericManual();
        for (var decade = first; decade <= last; decade++)
        {
            ticks.AddMajor(decade, Format(Math.Pow(10, decade)));
            for (var digit = 2; digit <= 9; digit++)
                ticks.AddMinor(decade + Math.Log10(digit));
        }

        return ticks;
    }

    private static void Mark(Plot plot, LearningRateSuggestion mark, Color color)
    {
        var point = plot.Add.Marker(Math.Log10(mark.LearningRate), mark.Loss, MarkerShape.FilledCircle, 10, color);
        point.MarkerStyle.OutlineColor = Colors.White;
        point.MarkerStyle.OutlineWidth = 1.5f;
    }

    private static void Render(SKCanvas canvas, Plot plot, LearningRateSuggestion[] marks, string title)
    {
        var labels = marks.Select(m => TextLine.Of($"{m.Name} {Format(m.LearningRate)}", LabelSize, bold: true)).ToArray();
        var widths = labels.Select(label => label.Width + 16).ToArray();

        // The rows depend on where the points fall, and the space above the data on the rows: render once to measure.
        PlotStyling.Render(plot, canvas, HeadingHeight, Width, Height - HeadingHeight);
        var rows = LabelRows([.. marks.Select(m => At(plot, m).X)], widths);
        canvas.Clear(SKColors.White);
        PlotStyling.Heading(canvas, title, 20, 28, Width - 40);
        var top = HeadingHeight + RowHeight * (rows.Length == 0 ? 0 : rows.Max() + 1);
        PlotStyling.Render(plot, canvas, top, Width, Height - top);
        for (var i = 0; i < marks.Length; i++)
        {
            var color = MarkerColors[i % MarkerColors.Length].ToSKColor();
            Label(canvas, labels[i], At(plot, marks[i]), top + 4 - RowHeight * rows[i], color);
        }
    }

    private static Pixel At(Plot plot, LearningRateSuggestion mark) =>
        plot.GetPixel(new Coordinates(Math.Log10(mark.LearningRate), mark.Loss));

    private static void Label(SKCanvas canvas, TextLine text, Pixel point, float baseline, SKColor color)
    {
        using var dashes = SKPathEffect.CreateDash([3, 3], 0);
        using var line = new SKPaint { Color = color, IsAntialias = true, StrokeWidth = 1.2f, IsStroke = true, PathEffect = dashes };
        canvas.DrawLine(point.X, point.Y - 7, point.X, baseline - RowHeight * 0.22f, line);
        using var ink = new SKPaint { Color = color, IsAntialias = true };
        canvas.DrawCircle(point.X, baseline - RowHeight * 0.22f, 4, ink);
        ink.Color = PlotColors.Ink.ToSKColor(); // the markers' colours are too light to read as text
        text.Draw(canvas, point.X + 8, baseline, ink);
    }
}
