using SkiaSharp;

namespace PetBreeds.Catalog.Sample;

/// <summary>Draws filled, shaded and outlined shapes. Outlines of shapes are written as SVG path data.</summary>
internal sealed class Brush(SKCanvas canvas) : IDisposable
{
    private readonly SKPaint paint = new() { IsAntialias = true, StrokeCap = SKStrokeCap.Round, StrokeJoin = SKStrokeJoin.Round };

    public SKCanvas Canvas { get; } = canvas;

    public void Dispose() => paint.Dispose();

    public void Fill(SKPath path, SKColor color) => Canvas.DrawPath(path, Flat(color));

    public void Fill(string svg, SKColor color)
    {
        using var path = SKPath.ParseSvgPathData(svg);
        Fill(path, color);
    }

    public void Oval(float x, float y, float rx, float ry, SKColor color) => Canvas.DrawOval(x, y, rx, ry, Flat(color));

    public void Box(float left, float top, float right, float bottom, SKColor color, float corner = 0) =>
        Canvas.DrawRoundRect(SKRect.Create(left, top, right - left, bottom - top), corner, corner, Flat(color));

    public void Line(SKPath path, SKColor color, float width)
    {
        paint.Style = SKPaintStyle.Stroke;
        paint.StrokeWidth = width;
        paint.Color = color;
        Canvas.DrawPath(path, paint);
    }

    public void Line(string svg, SKColor color, float width)
    {
        using var path = SKPath.ParseSvgPathData(svg);
        Line(path, color, width);
    }

    /// <summary>Fills a shape with shading as if it were round and lit from (<paramref name="x"/>, <paramref name="y"/>).</summary>
    public void Round(SKPath path, SKColor color, float x, float y, float radius)
    {
        using var shader = SKShader.CreateRadialGradient(
            new SKPoint(x, y), radius, [Tint.Lighter(color, 0.16), color, Tint.Darker(color, 0.24)], [0, 0.5f, 1], SKShaderTileMode.Clamp);
        Shaded(shader, p => Canvas.DrawPath(path, p));
    }

    /// <summary>Draws a soft oval: the colour in the middle, transparent at the rim.</summary>
    public void Glow(float x, float y, float rx, float ry, SKColor color)
    {
        using var shader = SKShader.CreateRadialGradient(
            default, 1, [color, Tint.Clear(color, color.Alpha / 510.0), color.WithAlpha(0)], [0, 0.55f, 1], SKShaderTileMode.Clamp);
        Canvas.Save();
        Canvas.Translate(x, y);
        Canvas.Scale(rx, ry);
        Shaded(shader, p => Canvas.DrawCircle(0, 0, 1, p));
        Canvas.Restore();
    }

    /// <summary>Covers a rectangle with a gradient from one point to another.</summary>
    public void Gradient(SKRect area, SKPoint from, SKPoint to, SKBlendMode mode, params SKColor[] colors)
    {
        using var shader = SKShader.CreateLinearGradient(from, to, colors, SKShaderTileMode.Clamp);
        paint.BlendMode = mode;
        Shaded(shader, p => Canvas.DrawRect(area, p));
        paint.BlendMode = SKBlendMode.SrcOver;
    }

    /// <summary>Draws twice, unchanged and mirrored at the vertical axis; the action receives +1 and -1.</summary>
    public void BothSides(Action<int> draw)
    {
        foreach (var side in (ReadOnlySpan<int>)[1, -1])
        {
            Canvas.Save();
            Canvas.Scale(side, 1);
            draw(side);
            Canvas.Restore();
        }
    }

    private SKPaint Flat(SKColor color)
    {
        paint.Style = SKPaintStyle.Fill;
        paint.Color = color;
        return paint;
    }

    private void Shaded(SKShader shader, Action<SKPaint> draw)
    {
        paint.Style = SKPaintStyle.Fill;
        paint.Color = SKColors.Black;
        paint.Shader = shader;
        draw(paint);
        paint.Shader = null;
    }
}
