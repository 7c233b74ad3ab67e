using PetBreeds.Reports.Plots;

namespace PetBreeds.Reports.Terminal;

/// <summary>A line plot of characters, for a terminal.</summary>
internal static class TerminalPlot
{
    /// <summary>Draws ys against xs. NaN points leave gaps; parts outside the range are cut off.</summary>
    /// <param name="xs">Positions; with <paramref name="logX"/>, those not above 0 are left out.</param>
    /// <param name="ys">Values, as many as <paramref name="xs"/>.</param>
    /// <param name="width">Characters per line, at least 20.</param>
    /// <param name="height">Lines, at least 5; the last two hold the x axis and its labels.</param>
    /// <param name="logX">Whether the x axis is logarithmic, with one tick per decade.</param>
    /// <param name="markers">
    /// Characters to put on the curve, such as 'V' for the valley; one that would cover another goes above it.
    /// </param>
    /// <param name="yRange">The range of values shown; all of them by default.</param>
    /// <param name="ascii">True for a terminal that lacks braille (U+2800) and box-drawing characters.</param>
    /// <returns>Lines of at most <paramref name="width"/> characters, without trailing spaces.</returns>
    /// <exception cref="ArgumentException">The lists differ in length or the size is too small.</exception>
    public static IReadOnlyList<string> Render(
        IReadOnlyList<double> xs, IReadOnlyList<double> ys, int width, int height, bool logX = false,
        IReadOnlyList<(char Symbol, double X, double Y)>? markers = null, (double Low, double High)? yRange = null, bool ascii = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 20);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 5);
        if (xs.Count != ys.Count)
            throw new ArgumentException($"{xs.Count} positions for {ys.Count} values");
        double X(double x) => logX ? (x > 0 ? Math.Log10(x) : double.NaN) : x;
        var points = xs.Zip(ys, (x, y) => (X: X(x), Y: y)).ToArray();
        var shown = points.Where(p => double.IsFinite(p.X) && double.IsFinite(p.Y)).ToArray();
        var (left, right) = Widen(shown.Select(p => p.X));
        var (low, high) = Widen(yRange is { } range ? [range.Low, range.High] : shown.Select(p => p.Y));

        var rows = height - 2;
        string[] labels = [.. Enumerable.Range(0, rows).Select(row => YLabel(row, rows, low, high))];
        var gutter = labels.Max(label => label.Length) + 1;
        var canvas = new BrailleCanvas(width - gutter - 1, rows, ascii);
        (double X, double Y) Dot((double X, double Y) p) =>
            ((p.X - left) / (right - left) * (canvas.Width - 1), (high - p.Y) / (high - low) * (canvas.Height - 1));
        for (var i = 0; i < points.Length; i++)
        {
            canvas.Line(Dot(points[i]), Dot(points[i])); // so that a point between two gaps is visible
            if (i > 0)
                canvas.Line(Dot(points[i - 1]), Dot(points[i]));
        }

        foreach (var (symbol, x, y) in markers ?? [])
            canvas.Mark(symbol, Dot((X(x), y)));

        var plot = Enumerable.Range(0, rows).Select(row => labels[row].PadLeft(gutter - 1) + (labels[row].Length > 0, ascii) switch
        {
            (true, false) => " ┤",
            (false, false) => " │",
            _ => " |",
        } + canvas.Row(row));
        return [.. plot.Concat(XAxis(left, right, logX, canvas.Columns, gutter, ascii)).Select(line => line.TrimEnd())];
    }

    private static (double Low, double High) Widen(IEnumerable<double> values)
    {
        var all = values.ToArray();
        if (all.Length == 0)
            return (0, 1);
        var (low, high) = (all.Min(), all.Max());
        return low < high ? (low, high) : (low - 0.5, high + 0.5);
    }

    private static string YLabel(int row, int rows, double low, double high) =>
        row == 0 || row == rows - 1 || (row == rows / 2 && rows > 6)
            ? (high - (high - low) * row / (rows - 1)).ToString("0.##")
            : "";

    private static string[] XAxis(double left, double right, bool logX, int columns, int gutter, bool ascii)
    {
        // One more column on each side: the first is under the y axis line.
        var axis = Enumerable.Repeat(ascii ? '-' : '─', columns).ToArray();
        var labels = Enumerable.Repeat(' ', gutter + 1 + columns).ToArray();
        var free = 0;
        foreach (var (at, text) in Ticks(left, right, logX))
        {
            var column = (int)Math.Round((at - left) / (right - left) * (columns - 1));
            var start = Math.Clamp(gutter + 1 + column - text.Length / 2, 0, labels.Length - text.Length);
            if (start < free)
                continue;
            axis[column] = ascii ? '+' : '┬';
            text.CopyTo(0, labels, start, text.Length);
            free = start + text.Length + 1;
        }

        return [new string(' ', gutter) + (ascii ? '+' : '└') + new string(axis), new string(labels)];
    }

    private static IEnumerable<(double At, string Text)> Ticks(double left, double right, bool logX)
    {
        var first = (int)Math.Ceiling(left - 1e-9);
        var count = (int)Math.Floor(right + 1e-9) - first + 1;
        return logX && count >= 2
            ? Enumerable.Range(first, count).Select(decade => ((double)decade, LrFindPlot.Format(Math.Pow(10, decade))))
            : Enumerable.Range(0, 5).Select(i => left + (right - left) * i / 4)
                .Select(at => (at, logX ? LrFindPlot.Format(Math.Pow(10, at)) : at.ToString("0.###")));
    }
}
