using PetBreeds.Reports.Lettering;
using PetBreeds.Reports.Plots;
using SkiaSharp;

namespace PetBreeds.Reports.Pictures;

/// <summary>A grid of photos with captions: a training batch, the top losses.</summary>
internal static class PhotoGrid
{
    private const int Gap = 16;
    private const float CaptionSize = 12;
    private const int LineHeight = 17;
    private const float Corner = 6;

    /// <summary>Draws the photos row by row, each uncropped and centred in its square cell, at twice the nominal size.</summary>
    /// <param name="path">The picture's file (.png, .jpg or .jpeg).</param>
    /// <param name="cells">The photos; without any, the grid is one empty cell.</param>
    /// <param name="columns">Photos per row, at least 1.</param>
    /// <param name="cellSize">Nominal side of a cell, at least 16; half the pixels drawn.</param>
    /// <param name="title">A line above the photos; null for none.</param>
    /// <exception cref="ArgumentException">A photo's bytes do not match its size.</exception>
    /// <exception cref="UserException">The grid would be too big, or the file cannot be written.</exception>
    public static void Save(string path, IReadOnlyList<PhotoCell> cells, int columns = 4, int cellSize = 180, string? title = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(cellSize, 16);
        columns = Math.Clamp(cells.Count, 1, columns);
        var rows = Math.Max((cells.Count + columns - 1) / columns, 1);
        var lines = cells.Count == 0 ? 0 : cells.Max(cell => cell.Caption.Count);
        var rowHeight = cellSize + (lines == 0 ? 0 : 6 + lines * LineHeight) + Gap;
        var header = title is null ? Gap : 44;
        var width = Gap + columns * (cellSize + Gap);
        PictureFile.Draw(path, width, header + rows * rowHeight, canvas =>
        {
            if (title is not null)
                PlotStyling.Heading(canvas, title, Gap, 28, width - 2 * Gap);
            for (var i = 0; i < cells.Count; i++)
                Cell(canvas, cells[i], Gap + i % columns * (cellSize + Gap), header + i / columns * rowHeight, cellSize);
        });
    }

    /// <summary>The largest rectangle with a photo's aspect ratio, centred in a square cell.</summary>
    internal static SKRect Fit(int width, int height, float x, float y, float cell)
    {
        var scale = cell / Math.Max(width, height);
        var (w, h) = (width * scale, height * scale);
        return SKRect.Create(x + (cell - w) / 2, y + (cell - h) / 2, w, h);
    }

    private static void Cell(SKCanvas canvas, PhotoCell cell, float x, float y, int size)
    {
        using var image = cell.ToImage();
        var place = Fit(cell.Width, cell.Height, x, y, size);
        canvas.Save();
        using (var frame = new SKRoundRect(place, Corner))
            canvas.ClipRoundRect(frame, antialias: true);

        // Mipmaps to shrink a photo, or it would alias; a cubic filter to enlarge it.
        var pixels = place.Width * PictureFile.Scale;
        var sampling = pixels < cell.Width
            ? new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear)
            : new SKSamplingOptions(SKCubicResampler.Mitchell);
        canvas.DrawImage(image, place, sampling);
        if (cell.Outline is { Count: > 0 } outline)
            Line(canvas, [.. outline.Select(p =>
                new SKPoint(place.Left + p.X * place.Width / cell.Width, place.Top + p.Y * place.Height / cell.Height))]);
        canvas.Restore();

        using var ink = new SKPaint { Color = cell.Ink, IsAntialias = true };
        for (var line = 0; line < cell.Caption.Count; line++)
        {
            TextLine.Of(cell.Caption[line], CaptionSize, bold: line == 0, size)
                .Draw(canvas, x + size / 2f, y + size + 17 + line * LineHeight, ink, SKTextAlign.Center);
            ink.Color = PlotColors.Axis.ToSKColor();
        }
    }

    /// <summary>A closed line that is visible on any photo: orange with a dark edge.</summary>
    private static void Line(SKCanvas canvas, SKPoint[] points)
    {
        using var path = new SKPath();
        path.AddPoly(points, close: true);
        using var paint = new SKPaint
        {
            IsAntialias = true,
            Style = SKPaintStyle.Stroke,
            StrokeWidth = 4,
            Color = new SKColor(0, 0, 0, 140),
        };
        canvas.DrawPath(path, paint);
        (paint.StrokeWidth, paint.Color) = (2, PlotColors.Orange.ToSKColor());
        canvas.DrawPath(path, paint);
    }
}
