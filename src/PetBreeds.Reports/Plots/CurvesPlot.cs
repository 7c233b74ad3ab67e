using PetBreeds.Training.Losses;
using PetBreeds.Training.Steps;
using ScottPlot;

namespace PetBreeds.Reports.Plots;

/// <summary>
/// The picture of a training run: losses, error rate and, where the steps are known, learning rate and momentum, over one
/// axis of epochs.
/// </summary>
internal static class CurvesPlot
{
    private const int Width = 1000;
    private const int LegendWidth = 150;
    private const int MostPoints = 2000; // twice the panel's width in pixels: more would not be visible
    private const int EpochsWithPoints = 40;

    /// <summary>Draws <c>curves.png</c>. A solved head is the point at epoch 0.</summary>
    /// <param name="path">The picture's file (.png or .jpg).</param>
    /// <param name="history">The solved head, then the epochs in order, frozen ones first; may be empty.</param>
    /// <param name="steps">The optimizer steps with their raw batch losses; <see cref="StepResult.Epoch"/> counts completed epochs.
    /// The loss is drawn smoothed.</param>
    /// <param name="title">The line above the picture: the run's name.</param>
    /// <param name="synthetic">True for the sample data set: the title then says "synthetic sample".</param>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Save(
        string path, IReadOnlyList<EpochResult> history, IReadOnlyList<StepResult>? steps = null, string title = "", bool synthetic = false)
    {
        steps ??= [];
        List<Panel> panels = [LossPanel(history, steps), ErrorPanel(history)];
        if (steps.Count > 0)
        {
            panels.Add(SchedulePanel("learning rate", PlotColors.Purple, steps, s => s.LearningRate, fromZero: true));
            panels.Add(SchedulePanel("momentum", PlotColors.Orange, steps, s => s.Momentum, fromZero: false));
        }

        var lastStep = steps.Count == 0 ? 0 : steps.Max(s => double.IsFinite(s.Epoch) ? s.Epoch : 0);
        var end = Math.Max(Math.Max(history.Count(epoch => !epoch.IsSolved), 1), lastStep);
        FinishPanels(panels, history, end);
        const int headingHeight = 40;
        PictureFile.Draw(path, Width, headingHeight + panels.Sum(p => p.Height), canvas =>
        {
            PlotStyling.Heading(canvas, Heading(title, synthetic), 20, 28, Width - 40);
            var top = headingHeight;
            foreach (var panel in panels)
            {
                PlotStyling.Render(panel.Plot, canvas, top, Width, panel.Height);
                top += panel.Height;
                panel.Plot.Dispose();
            }
        });
    }

    /// <summary>The steps' losses, smoothed as in the trainer, which restarts when the body is unfrozen.</summary>
    internal static double[] Smooth(IReadOnlyList<StepResult> steps, IReadOnlyList<EpochResult> history)
    {
        var frozenEpochs = history.Where(epoch => !epoch.IsSolved).TakeWhile(epoch => epoch.Frozen).Count();
        var frozenSteps = steps.TakeWhile(step => !(step.Epoch >= frozenEpochs)).Count();
        double[] losses = [.. steps.Select(step => step.Loss)];
        return [.. Smooth(losses[..frozenSteps]), .. Smooth(losses[frozenSteps..])];
    }

    /// <summary>The losses, smoothed as in the trainer; a step without a finite loss keeps the previous value.</summary>
    internal static double[] Smooth(IReadOnlyList<double> losses)
    {
        var smoothed = new SmoothedLoss();
        return [.. losses.Select(loss => double.IsFinite(loss) ? smoothed.Add(loss) : smoothed.Value)];
    }

    private static string Heading(string title, bool synthetic) =>
        string.Join(" – ", new[] { title, synthetic ? "synthetic sample" : "" }.Where(part => part.Length > 0));

    private static double[] Epochs(IReadOnlyList<EpochResult> history) => [.. history.Select(epoch => (double)epoch.Epoch)];

    private static Panel LossPanel(IReadOnlyList<EpochResult> history, IReadOnlyList<StepResult> steps)
    {
        var plot = PlotStyling.Create("loss");
        var few = history.Count <= EpochsWithPoints;
        var shown = Thin(steps.Count);
        var all = Smooth(steps, history);
        double[] smoothed = [.. shown.Select(i => all[i])];
        EpochResult[] trained = [.. history.Where(epoch => !epoch.IsSolved)]; // a solved head's loss is on held-out photos: not comparable
        double[] train = [.. trained.Select(e => e.TrainLoss)];
        double[] valid = [.. history.Select(e => e.ValidLoss)];
        double[] at = [.. shown.Select(i => steps[i].Epoch)];
        PlotStyling.Line(plot, "train, steps", PlotColors.Sky, at, smoothed, points: false, width: 1.5f);
        PlotStyling.Line(plot, "train", PlotColors.Blue, Epochs(trained), train, few);
        PlotStyling.Line(plot, "valid", PlotColors.Vermillion, Epochs(history), valid, few);
        return Finish(plot, 280, [.. smoothed, .. train, .. valid], fromZero: true, y => y.ToString("0.###"));
    }

    private static Panel ErrorPanel(IReadOnlyList<EpochResult> history)
    {
        var plot = PlotStyling.Create("error rate");
        double[] errors = [.. history.Select(e => e.Error)];
        PlotStyling.Line(plot, "valid", PlotColors.Vermillion, Epochs(history), errors, history.Count <= EpochsWithPoints);
        return Finish(plot, 200, errors, fromZero: true, y => (y * 100).ToString("0.##") + "%");
    }

    private static Panel SchedulePanel(
        string name, Color color, IReadOnlyList<StepResult> steps, Func<StepResult, double> value, bool fromZero)
    {
        var plot = PlotStyling.Create(name);
        var shown = Thin(steps.Count);
        double[] values = [.. shown.Select(i => value(steps[i]))];
        PlotStyling.Line(plot, "", color, [.. shown.Select(i => steps[i].Epoch)], values, points: false);
        return Finish(plot, 140, values, fromZero, y => y.ToString("0.#####"));
    }

    private static Panel Finish(Plot plot, int height, double[] values, bool fromZero, Func<double, string> format)
    {
        var (low, high) = Range(values, fromZero);
        plot.Axes.SetLimitsY(low, high);
        plot.Axes.Left.TickGenerator = PlotStyling.Ticks(format, density: height < 200 ? 0.7 : 1);
        return new Panel(plot, height);
    }

    /// <summary>The range to show: all finite values with a margin, from zero if none is negative.</summary>
    internal static (double Low, double High) Range(IReadOnlyList<double> values, bool fromZero)
    {
        var finite = values.Where(double.IsFinite).DefaultIfEmpty(fromZero ? 1 : 0).ToArray();
        var (low, high) = (finite.Min(), finite.Max());
        if (fromZero && low >= 0)
            return (0, high > 0 ? high * 1.1 : 0.1);
        var margin = high > low ? 0.1 * (high - low) : 0.05 * Math.Max(Math.Abs(high), 0.1);
        return (low - margin, high + margin);
    }

    private static int[] Thin(int count)
    {
        var shown = Math.Min(count, MostPoints);
        return [.. Enumerable.Range(0, shown).Select(i => shown == 1 ? 0 : (int)((long)i * (count - 1) / (shown - 1)))];
    }

    private static void FinishPanels(List<Panel> panels, IReadOnlyList<EpochResult> history, double end)
    {
        foreach (var (plot, _) in panels)
        {
            var (first, last) = (plot == panels[0].Plot, plot == panels[^1].Plot);
            ShadeFrozen(plot, history, named: first);
            plot.Axes.SetLimitsX(0, end * 1.02);
            plot.Axes.Bottom.TickGenerator = PlotStyling.Ticks(x => last ? x.ToString("0") : "", integers: true);
            if (last)
                plot.XLabel("epoch");
            plot.Axes.Bottom.MinimumSize = plot.Axes.Bottom.MaximumSize = last ? 48 : 14;
            PlotStyling.LegendBeside(plot, LegendWidth);
        }
    }

    private static void ShadeFrozen(Plot plot, IReadOnlyList<EpochResult> history, bool named)
    {
        foreach (var epoch in history.Where(epoch => epoch is { Frozen: true, IsSolved: false }))
        {
            var span = plot.Add.HorizontalSpan(epoch.Epoch - 1, epoch.Epoch, PlotColors.Shade);
            span.LineStyle.IsVisible = false;
            span.LegendText = named ? "frozen body" : "";
            plot.MoveToBack(span);
            named = false;
        }
    }

    private sealed record Panel(Plot Plot, int Height);
}
