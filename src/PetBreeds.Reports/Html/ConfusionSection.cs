using PetBreeds.Reports.Lettering;

namespace PetBreeds.Reports.Html;

/// <summary>The confusion matrix as counts or as shares, switched without any script.</summary>
internal static class ConfusionSection
{
    private const int MostClasses = 120;
    private const float NameSize = 12;
    private const float LongestName = 170;

    public static Markup Draw(ReportData data) => data.Result.Classes.Count > MostClasses
        ? Markup.Of($"""
            <section id="matrix"><h2>Confusion matrix</h2>
            <p class="lead">{data.Result.Classes.Count} classes are too many for a matrix on one page;
            the pairs below are its largest entries.</p></section>

            """)
        : Markup.Of($"""
            <section id="matrix"><h2>Confusion matrix</h2>
            <p class="lead">Rows are true classes, columns predicted ones. Blue on the diagonal is right,
            orange elsewhere is a mistake; empty means none.</p>
            <div class="views">
            <input type="radio" name="matrix-view" id="as-counts" checked><input type="radio" name="matrix-view" id="as-shares">
            <div class="switch"><label for="as-counts">photos</label><label for="as-shares">% of the row</label></div>
            <div class="scroll matrix">{Matrix(data)}</div></div></section>

            """);

    private static Markup Matrix(ReportData data)
    {
        var (counts, n) = (data.Result.Counts, data.Result.Classes.Count);
        var cell = n <= 12 ? 44 : n <= 20 ? 34 : 22;
        var names = data.Result.Classes.Select(name => TextLine.Of(Wording.Class(name), NameSize, width: LongestName)).ToArray();
        var gutter = (int)Math.Ceiling(1.2 * names.Max(name => name.Width)) + 12; // 1.2: the reader's font may be wider
        var (grid, top) = (n * cell, gutter);
        var rows = Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Sum(j => counts[i, j])).ToArray();
        var cells = from i in Enumerable.Range(0, n)
                    from j in Enumerable.Range(0, n)
                    where counts[i, j] > 0
                    select Cell(data, i, j, rows[i], gutter + j * cell, top + i * cell, cell);
        return Markup.Of($"""
            <svg width="{gutter + grid + 24}" height="{top + grid + 6}" viewBox="0 0 {gutter + grid + 24} {top + grid + 6}"
            role="img" aria-label="confusion matrix of {n} classes">
            {Markup.Join(cells)}<path class="frame" d="{Grid(gutter, top, n, cell)}"/>
            {Markup.Join(names.Select((name, i) => Name(name.Text, gutter, top, i * cell + cell / 2 + 4)))}
            </svg>
            """);
    }

    private static Markup Name(string name, int gutter, int top, int along) => Markup.Of($"""
        <text class="name" text-anchor="end" x="{gutter - 7}" y="{top + along}">{name}</text>
        <text class="name" transform="translate({gutter + along} {top - 7}) rotate(-90)">{name}</text>

        """);

    private static Markup Cell(ReportData data, int i, int j, long row, int x, int y, int size)
    {
        var count = data.Result.Counts[i, j];
        var share = (double)count / row;
        var depth = i == j ? .12 + .88 * share : .18 + .82 * Math.Sqrt(share); // the square root makes one mistake in fifty visible
        var (color, ink) = (i == j ? "right" : "wrong", depth > .5 ? "count strong" : "count");
        var (actual, predicted) = (Wording.Class(data.ClassName(i)), Wording.Class(data.ClassName(j)));
        var said = i == j
            ? $"{actual}: {count} of {row} right ({Wording.Share(share)})"
            : $"{actual} predicted as {predicted}: {count} of {row} ({Wording.Share(share)})";
        var (tx, ty) = (x + size / 2.0, y + size / 2.0 + 4);
        return Markup.Of($"""
            <rect class="{color}" fill-opacity="{depth:0.##}" x="{x}" y="{y}" width="{size}" height="{size}"><title>{said}</title></rect>
            <text class="{ink} number" x="{tx:0.#}" y="{ty:0.#}">{(count < 1000 ? $"{count}" : $"{count / 1000}k")}</text>
            <text class="{ink} share" x="{tx:0.#}" y="{ty:0.#}">{100 * share:0}</text>

            """);
    }

    private static string Grid(int x, int y, int n, int cell) => string.Concat(Enumerable.Range(0, n + 1).Select(i =>
        $"M{x} {y + i * cell}h{n * cell}M{x + i * cell} {y}v{n * cell}"));
}
