using System.Globalization;
using PetBreeds.Reports.Plots;

namespace PetBreeds.Reports.Html;

/// <summary>A line of a chart.</summary>
/// <param name="Name">In the legend.</param>
/// <param name="Color">A class of the style sheet: "c1" to "c4", "faint".</param>
/// <param name="Points">NaN values leave gaps.</param>
/// <param name="Dots">Whether points are marked.</param>
internal sealed record ChartLine(string Name, string Color, IReadOnlyList<(double X, double Y)> Points, bool Dots = false);

/// <summary>A small line chart as inline SVG, in units that stay readable on a phone.</summary>
internal sealed record SvgChart(string Title, string XLabel, IReadOnlyList<ChartLine> Lines)
{
    private const int Width = 440;
    private const int Height = 250;
    private const int Left = 48;
    private const int Right = 12;
    private const int Top = 10;
    private const int Bottom = 38;
    private const int MostPoints = 400;

    private static readonly int[] RoundSteps = [1, 2, 5, 10];

    /// <summary>Whether x is the logarithm of what the axis shows.</summary>
    public bool LogX { get; init; }

    /// <summary>The range of y; null uses that of the values, from 0 if <see cref="FromZero"/>.</summary>
    public (double Low, double High)? YRange { get; init; }

    public bool FromZero { get; init; }

    /// <summary>Whether x is a count that starts at 0: the ticks are whole numbers.</summary>
    public bool Counts { get; init; }

    /// <summary>The format of y: "0.0%".</summary>
    public string YFormat { get; init; } = "0.##";

    /// <summary>Up to which x the plot is shaded, and the text there.</summary>
    public (double X, string Text)? Shade { get; init; }

    /// <summary>Vertical lines with a text.</summary>
    public IReadOnlyList<(double X, string Text)> Marks { get; init; } = [];

    /// <summary>The chart with its title and legend.</summary>
    public Markup Draw()
    {
        var points = Lines.SelectMany(line => line.Points).Where(p => double.IsFinite(p.X) && double.IsFinite(p.Y)).ToArray();
        if (points.Length == 0)
            return Markup.None;
        var (x0, x1) = Widen(Counts ? 0 : points.Min(p => p.X), points.Max(p => p.X), 0);
        var (y0, y1) = YRange ?? Widen(FromZero ? Math.Min(0, points.Min(p => p.Y)) : points.Min(p => p.Y), points.Max(p => p.Y), .05);
        if (FromZero && YRange is null)
            y0 = Math.Min(0, points.Min(p => p.Y));
        double X(double x) => Left + (x - x0) / (x1 - x0) * (Width - Left - Right);
        double Y(double y) => Top + (y1 - Math.Clamp(y, y0, y1)) / (y1 - y0) * (Height - Top - Bottom);
        var drawn = Lines.Where(line => line.Points.Count > 0).ToArray();
        var said = string.Join("; ", drawn.Select(line => $"{line.Name} ends at {Text(line.Points[^1].Y)}"));
        return Markup.Of($"""
            <figure class="chart"><figcaption><b>{Title}</b>{Markup.Join(drawn.Select(Legend))}</figcaption>
            <svg viewBox="0 0 {Width} {Height}" role="img" aria-label="{Title}: {said}">
            {Shaded(x0, X)}{Markup.Join(Ticks(y0, y1, 5).Select(y => YTick(y, Y(y))))}
            {Markup.Join(XTicks(x0, x1).Select(tick => XTick(tick.Text, X(tick.At))))}
            {Markup.Join(Marks.Select(mark => Mark(mark.Text, X(mark.X))))}
            {Markup.Join(Lines.Select(line => Path(line, X, Y)))}
            <text class="axis" x="{(Left + Width - Right) / 2}" y="{Height - 4}" text-anchor="middle">{XLabel}</text></svg></figure>

            """);
    }

    /// <summary>Round numbers within a range, about as many as wanted.</summary>
    internal static IEnumerable<double> Ticks(double low, double high, int wanted)
    {
        var rough = (high - low) / wanted;
        var unit = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = RoundSteps.First(factor => factor * unit >= rough * .999) * unit;
        for (var i = Math.Ceiling(low / step - 1e-9) + 0.0; i * step <= high + 1e-9 * step; i++)
            yield return i * step + 0.0; // −0 would be written "-0"
    }

    private static (double Low, double High) Widen(double low, double high, double share) =>
        low < high ? (low, high + share * (high - low)) : (low - .5, high + .5);

    private string Text(double y) => y.ToString(YFormat, CultureInfo.InvariantCulture);

    private IEnumerable<(double At, string Text)> XTicks(double low, double high) => LogX
        ? Enumerable.Range((int)Math.Ceiling(low - 1e-9), (int)Math.Floor(high + 1e-9) - (int)Math.Ceiling(low - 1e-9) + 1)
            .Select(decade => ((double)decade, LrFindPlot.Format(Math.Pow(10, decade))))
        : Ticks(low, high, 6).Where(x => !Counts || x == Math.Round(x)).Select(x => (x, x.ToString("0.##", CultureInfo.InvariantCulture)));

    private static Markup Legend(ChartLine line) => Markup.Of($"""<span class="key {line.Color}">{line.Name}</span>""");

    private Markup YTick(double value, double y) => Markup.Of($"""
        <line class="grid" x1="{Left}" x2="{Width - Right}" y1="{y:0.#}" y2="{y:0.#}"/>
        <text class="axis" x="{Left - 6}" y="{y + 4:0.#}" text-anchor="end">{Text(value)}</text>
        """);

    private static Markup XTick(string text, double x) =>
        Markup.Of($"""<text class="axis" x="{x:0.#}" y="{Height - Bottom + 16}" text-anchor="middle">{text}</text>""");

    private Markup Shaded(double x0, Func<double, double> place) => Shade is not { } shade ? Markup.None : Markup.Of($"""
        <rect class="shade" x="{place(x0):0.#}" y="{Top}"
        width="{Math.Max(0, place(shade.X) - place(x0)):0.#}" height="{Height - Top - Bottom}"/>
        <text class="axis" x="{place(x0) + 5:0.#}" y="{Height - Bottom - 6}">{shade.Text}</text>
        """);

    private static Markup Mark(string text, double x) => Markup.Of($"""
        <line class="mark" x1="{x:0.#}" x2="{x:0.#}" y1="{Top}" y2="{Height - Bottom}"/>
        <text class="axis" x="{x - 4:0.#}" y="{Top + 12}" text-anchor="end">{text}</text>
        """);

    private static Markup Path(ChartLine line, Func<double, double> x, Func<double, double> y)
    {
        var every = Math.Max(1, (line.Points.Count + MostPoints - 1) / MostPoints);
        var points = line.Points.Where((_, i) => i % every == 0 || i == line.Points.Count - 1).ToArray();
        var pen = false;
        var path = string.Concat(points.Select(p =>
        {
            var finite = double.IsFinite(p.X) && double.IsFinite(p.Y);
            var move = finite ? FormattableString.Invariant($"{(pen ? 'L' : 'M')}{x(p.X):0.#} {y(p.Y):0.#}") : "";
            pen = finite;
            return move;
        }));
        var dots = line.Dots ? points.Where(p => double.IsFinite(p.X + p.Y)) : [];
        return Markup.Of($"""
            <path class="line {line.Color}" d="{path}"/>{Markup.Join(dots.Select(p => Dot(line.Color, x(p.X), y(p.Y))))}
            """);
    }

    private static Markup Dot(string color, double x, double y) =>
        Markup.Of($"""<circle class="dot {color}" cx="{x:0.#}" cy="{y:0.#}" r="3.2"/>""");
}
