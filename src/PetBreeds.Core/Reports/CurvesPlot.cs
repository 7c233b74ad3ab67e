using PetBreeds.Training;
using ScottPlot;

namespace PetBreeds.Reports;

/// <summary>
/// The picture of a training run: losses, error rate and, where the steps are known, learning rate and momentum, stacked over one axis of epochs.
/// </summary>
public static class CurvesPlot
{
    private const int Width = 1000;
    private const int LegendWidth = 150;
    private const int MostPoints = 2000; // twice the panel's width in pixels: more could not be seen
    private const int EpochsWithPoints = 40;

    /// <summary>Draws <c>curves.png</c>. Epochs are counted by their place in <paramref name="history"/>: the first is drawn at 1.</summary>
    /// <param name="path">The picture's file (.png or .jpg).</param>
    /// <param name="history">The epochs in order, frozen ones first; may be empty.</param>
    /// <param name="steps">The optimizer steps with their raw batch losses; <see cref="StepResult.Epoch"/> counts epochs done, 0 to the last.
    /// The loss is drawn smoothed.</param>
    /// <param name="title">The line above the picture: the run's name.</param>
    /// <param name="synthetic">True for the sample data set: the title then says "synthetic sample".</param>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Save(
        string path, IReadOnlyList<EpochResult> history, IReadOnlyList<StepResult>? steps = null, string title = "", bool synthetic = false)
    {
        steps ??= [];
        List<(Plot Plot, int Height)> panels = [(LossPanel(history, steps), 280), (ErrorPanel(history), 200)];
        if (steps.Count > 0)
        {
            panels.Add((SchedulePanel("learning rate", PlotColors.Purple, steps, s => s.LearningRate), 140));
            panels.Add((SchedulePanel("momentum", PlotColors.Orange, steps, s => s.Momentum), 140));
        }

        var end = Math.Max(Math.Max(history.Count, 1), steps.Count == 0 ? 0 : steps.Max(s => double.IsFinite(s.Epoch) ? s.Epoch : 0));
        FinishPanels(panels, history, end);
        const int headingHeight = 40;
        PictureFile.Draw(path, Width, headingHeight + panels.Sum(p => p.Height), canvas =>
        {
            PlotStyling.Heading(canvas, Heading(title, synthetic), 20, 28, Width - 40);
            var top = headingHeight;
            foreach (var (plot, height) in panels)
            {
                PlotStyling.Render(plot, canvas, top, Width, height);
                top += height;
                plot.Dispose();
            }
        });
    }

    /// <summary>Means of <paramref name="values"/> that forget exponentially, corrected for their start at zero, as fastai smooths its loss.</summary>
    internal static double[] Smooth(IReadOnlyList<double> values, double beta = 0.98)
    {
        var smoothed = new double[values.Count];
        var (mean, weight) = (0.0, 0.0);
        for (var i = 0; i < values.Count; i++)
        {
            if (double.IsFinite(values[i])) // a step skipped by mixed precision must not blot out the rest
                (mean, weight) = (beta * mean + (1 - beta) * values[i], beta * weight + (1 - beta));
            smoothed[i] = weight > 0 ? mean / weight : double.NaN;
        }

        return smoothed;
    }

    private static string Heading(string title, bool synthetic) =>
        string.Join(" – ", new[] { title, synthetic ? "synthetic sample" : "" }.Where(part => part.Length > 0));

    private static double[] Epochs(IReadOnlyList<EpochResult> history) => [.. history.Select((_, i) => i + 1.0)];

    private static Plot LossPanel(IReadOnlyList<EpochResult> history, IReadOnlyList<StepResult> steps)
    {
        var plot = PlotStyling.Create("loss");
        var few = history.Count <= EpochsWithPoints;
        if (steps.Count > 0)
        {
            var smoothed = Smooth([.. steps.Select(s => s.Loss)]);
            var shown = Thin(steps.Count);
            PlotStyling.Line(plot, "train, steps", PlotColors.Sky, [.. shown.Select(i => steps[i].Epoch)], [.. shown.Select(i => smoothed[i])],
                points: false, width: 1.5f);
        }

        PlotStyling.Line(plot, "train", PlotColors.Blue, Epochs(history), [.. history.Select(e => e.TrainLoss)], few);
        PlotStyling.Line(plot, "valid", PlotColors.Vermillion, Epochs(history), [.. history.Select(e => e.ValidLoss)], few);
        return plot;
    }

    private static Plot ErrorPanel(IReadOnlyList<EpochResult> history)
    {
        var plot = PlotStyling.Create("error rate");
        PlotStyling.Line(plot, "valid", PlotColors.Vermillion, Epochs(history), [.. history.Select(e => e.Error)],
            history.Count <= EpochsWithPoints);
        plot.Axes.Left.TickGenerator = PlotStyling.Ticks(Percent);
        return plot;
    }

    private static Plot SchedulePanel(string name, Color color, IReadOnlyList<StepResult> steps, Func<StepResult, double> value)
    {
        var plot = PlotStyling.Create(name);
        var shown = Thin(steps.Count);
        PlotStyling.Line(plot, name, color, [.. shown.Select(i => steps[i].Epoch)], [.. shown.Select(i => value(steps[i]))], points: false);
        plot.Axes.Left.TickGenerator = PlotStyling.Ticks(y => y.ToString("G4"), density: 0.7);
        return plot;
    }

    private static string Percent(double share) => (share * 100).ToString("0.##") + "%";

    private static int[] Thin(int count) =>
        count <= MostPoints ? [.. Enumerable.Range(0, count)] : [.. Enumerable.Range(0, MostPoints).Select(i => (int)((long)i * (count - 1) / (MostPoints - 1)))];

    private static void FinishPanels(List<(Plot Plot, int Height)> panels, IReadOnlyList<EpochResult> history, double end)
    {
        for (var i = 0; i < panels.Count; i++)
        {
            var plot = panels[i].Plot;
            var last = i == panels.Count - 1;
            plot.Axes.Margins(0, 0.08);
            plot.Axes.AutoScale();
            ShadeFrozen(plot, history, named: i == 0);
            plot.Axes.SetLimitsX(0, end + 0.02 * end);
            plot.Axes.Bottom.TickGenerator = PlotStyling.Ticks(x => last ? x.ToString("0") : "", integers: true);
            if (last)
                plot.XLabel("epoch");
            plot.Axes.Bottom.MinimumSize = plot.Axes.Bottom.MaximumSize = last ? 48 : 14;
            PlotStyling.LegendBeside(plot, LegendWidth);
        }
    }

    private static void ShadeFrozen(Plot plot, IReadOnlyList<EpochResult> history, bool named)
    {
        for (var start = 0; start < history.Count; start++)
        {
            if (!history[start].Frozen)
                continue;
            var stop = start;
            while (stop < history.Count && history[stop].Frozen)
                stop++;
            var span = plot.Add.HorizontalSpan(start, stop, PlotColors.Shade);
            span.LineStyle.IsVisible = false;
            span.LegendText = named ? "frozen body" : "";
            plot.MoveToBack(span);
            (named, start) = (false, stop);
        }
    }
}
