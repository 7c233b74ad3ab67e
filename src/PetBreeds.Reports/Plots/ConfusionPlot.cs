using PetBreeds.Reports.Lettering;
using SkiaSharp;

namespace PetBreeds.Reports.Plots;

/// <summary>
/// The picture of a confusion matrix: rows are the true classes, columns the predicted ones. Colour is the share of the row; blue on the
/// diagonal (right), orange off it (wrong), so that mistakes stand out among many classes.
/// </summary>
internal static class ConfusionPlot
{
    private const float NameSize = 12;
    private const float LongestName = 240;
    private const int Margin = 20;
    private const int HeadingHeight = 48;
    private const int AxisTitle = 26;

    // The ends of the colour ramps, dark enough to stand out on white and light enough for black or white text.
    private static readonly SKColor Right = SKColor.Parse("#0072B2");
    private static readonly SKColor Wrong = SKColor.Parse("#D55E00");
    private static readonly SKColor Line = SKColor.Parse("#E3E3E3");

    /// <summary>Draws <c>confusion.png</c>; the more classes, the smaller the cells.</summary>
    /// <param name="path">The picture's file (.png or .jpg).</param>
    /// <param name="counts">Photos by [true class, predicted class]; zeros are left blank.</param>
    /// <param name="classes">The classes' names, in the order of <paramref name="counts"/>.</param>
    /// <param name="title">The line above the picture; null shows how many predictions are right.</param>
    /// <exception cref="ArgumentException">The counts are not square or do not fit the names.</exception>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Save(string path, long[,] counts, IReadOnlyList<string> classes, string? title = null)
    {
        var n = classes.Count;
        if (n == 0 || counts.GetLength(0) != n || counts.GetLength(1) != n)
            throw new ArgumentException($"counts of {counts.GetLength(0)} × {counts.GetLength(1)} for {n} classes");
        var cell = CellSize(n);
        var nameSize = Math.Min(NameSize, cell * 0.85f);
        var names = classes.Select(name => TextLine.Of(name, nameSize, width: LongestName)).ToArray();
        var nameWidth = (int)Math.Ceiling(names.Max(name => name.Width)) + 10;
        var (x, y) = (Margin + AxisTitle + nameWidth, HeadingHeight);
        var grid = n * cell;
        var width = (int)Math.Ceiling(Math.Max(x + grid + Margin, 420));
        var height = (int)Math.Ceiling(y + grid + nameWidth + AxisTitle + Margin);
        PictureFile.Draw(path, width, height, canvas =>
        {
            PlotStyling.Heading(canvas, title ?? Summary(counts), Margin, 30, width - 2 * Margin);
            Cells(canvas, counts, x, y, cell);
            Names(canvas, names, nameSize, x, y, cell);
            AxisTitles(canvas, x, y, grid, nameWidth);
        }, n > 200 ? 1 : PictureFile.Scale);
    }

    /// <summary>Side of a cell: 44 for a few classes, 26 for many, less if the picture would exceed 4,000 units.</summary>
    internal static float CellSize(int classes) => classes <= 10 ? 44 : classes <= 20 ? 34 : Math.Min(26, 4000f / classes);

    private static string Summary(long[,] counts)
    {
        var right = Enumerable.Range(0, counts.GetLength(0)).Sum(i => counts[i, i]);
        var all = counts.Cast<long>().Sum();
        return $"Confusion: {right:N0} of {all:N0} right";
    }

    private static void Cells(SKCanvas canvas, long[,] counts, float x, float y, float cell)
    {
        var n = counts.GetLength(0);
        using var font = PlotFont.Sized(PlotFont.Regular, Math.Min(12, cell * 0.46f));
        using var paint = new SKPaint { IsAntialias = true };
        for (var row = 0; row < n; row++)
        {
            var total = Enumerable.Range(0, n).Sum(column => counts[row, column]);
            for (var column = 0; column < n; column++)
            {
                var place = SKRect.Create(x + column * cell, y + row * cell, cell, cell);
                if (counts[row, column] > 0)
                    Cell(canvas, counts[row, column], total, row == column, place, font, paint);
            }
        }

        paint.Color = Line;
        paint.StrokeWidth = 1;
        for (var i = 0; i <= n; i++)
        {
            canvas.DrawLine(x + i * cell, y, x + i * cell, y + n * cell, paint);
            canvas.DrawLine(x, y + i * cell, x + n * cell, y + i * cell, paint);
        }
    }

    private static void Cell(SKCanvas canvas, long count, long total, bool right, SKRect place, SKFont font, SKPaint paint)
    {
        // Mistakes are few: the square root makes one in fifty visible, and the ramp starts above white so that no count looks like zero.
        var share = (double)count / total;
        var depth = right ? 0.1 + 0.9 * share : 0.15 + 0.85 * Math.Sqrt(share);
        paint.Color = Blend(right ? Right : Wrong, depth);
        canvas.DrawRect(place, paint);
        var text = count < 10_000 ? count.ToString() : $"{count / 1000}k";
        var fit = Math.Min(1, 0.9f * place.Width / font.MeasureText(text));
        using var narrow = PlotFont.Sized(font.Typeface, font.Size * fit);
        paint.Color = depth > 0.55 ? SKColors.White : PlotColors.Ink.ToSKColor();
        canvas.DrawText(text, place.MidX, place.MidY + narrow.Size * 0.36f, SKTextAlign.Center, narrow, paint);
    }

    private static SKColor Blend(SKColor color, double depth)
    {
        byte Mix(byte channel) => (byte)Math.Round(255 + (channel - 255) * depth);
        return new SKColor(Mix(color.Red), Mix(color.Green), Mix(color.Blue));
    }

    private static void Names(SKCanvas canvas, TextLine[] names, float size, float x, float y, float cell)
    {
        using var ink = new SKPaint { Color = PlotColors.Ink.ToSKColor(), IsAntialias = true };
        var grid = names.Length * cell;
        for (var i = 0; i < names.Length; i++)
        {
            var middle = (i + 0.5f) * cell + size * 0.36f;
            names[i].Draw(canvas, x - 8, y + middle, ink, SKTextAlign.Right);
            canvas.Save();
            canvas.Translate(x + middle, y + grid + 8);
            canvas.RotateDegrees(-90);
            names[i].Draw(canvas, 0, 0, ink, SKTextAlign.Right);
            canvas.Restore();
        }
    }

    private static void AxisTitles(SKCanvas canvas, float x, float y, float grid, float nameWidth)
    {
        using var font = PlotFont.Sized(PlotFont.Bold, 13);
        using var ink = new SKPaint { Color = PlotColors.Ink.ToSKColor(), IsAntialias = true };
        canvas.DrawText("predicted", x + grid / 2, y + grid + nameWidth + AxisTitle - 6, SKTextAlign.Center, font, ink);
        canvas.Save();
        canvas.Translate(Margin + 8, y + grid / 2);
        canvas.RotateDegrees(-90);
        canvas.DrawText("true", 0, 0, SKTextAlign.Center, font, ink);
        canvas.Restore();
    }
}
