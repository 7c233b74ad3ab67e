using System.Collections.Concurrent;
using HarfBuzzSharp;
using SkiaSharp;
using SkiaSharp.HarfBuzz;
using Font = HarfBuzzSharp.Font;

namespace PetBreeds.Reports.Lettering;

/// <summary>The glyphs of a run of text and their positions, as shaped by HarfBuzz.</summary>
internal sealed class ShapedRun
{
    /// <summary>HarfBuzz uses whole numbers: this many units per font size.</summary>
    private const int Units = 1 << 16;

    /// <summary>Names are shown verbatim: Inter would turn -> into an arrow and the x in 3x4 into a multiplication sign.</summary>
    private static readonly Feature[] Verbatim = [new(Tag.Parse("calt"), 0), new(Tag.Parse("liga"), 0)];

    private static readonly ConcurrentDictionary<SKTypeface, Font> Fonts = new();

    private readonly SKTypeface _typeface;
    private readonly float _size;
    private readonly ushort[] _glyphs;
    private readonly SKPoint[] _places;

    private ShapedRun(SKTypeface typeface, float size, GlyphInfo[] glyphs, GlyphPosition[] positions)
    {
        (_typeface, _size) = (typeface, size);
        _glyphs = [.. glyphs.Select(glyph => (ushort)glyph.Codepoint)];
        _places = new SKPoint[glyphs.Length];
        var scale = size / Units;
        for (var i = 0; i < glyphs.Length; i++)
        {
            _places[i] = new SKPoint(Width + positions[i].XOffset * scale, -positions[i].YOffset * scale);
            Width += positions[i].XAdvance * scale;
        }
    }

    public float Width { get; }

    public static ShapedRun Of(TextRun run, float size)
    {
        var font = Fonts.GetOrAdd(run.Typeface, Open);
        using var buffer = new HarfBuzzSharp.Buffer();
        buffer.AddUtf16(run.Text);
        buffer.GuessSegmentProperties();
        if (run.Script != Script.Common)
            buffer.Script = run.Script;
        buffer.Direction = run.RightToLeft ? Direction.RightToLeft : Direction.LeftToRight;
        lock (font)
            font.Shape(buffer, run.Typeface == PlotFont.Regular || run.Typeface == PlotFont.Bold ? Verbatim : []);
        return new ShapedRun(run.Typeface, size, buffer.GlyphInfos, buffer.GlyphPositions);
    }

    public void Draw(SKCanvas canvas, float x, float baseline, SKPaint ink)
    {
        if (_glyphs.Length == 0)
            return;
        using var font = PlotFont.Sized(_typeface, _size);
        using var builder = new SKTextBlobBuilder();
        builder.AddPositionedRun(_glyphs, font, _places);
        using var blob = builder.Build();
        canvas.DrawText(blob, x, baseline, ink);
    }

    private static Font Open(SKTypeface typeface)
    {
        using var blob = typeface.OpenStream(out var index).ToHarfBuzzBlob(); // the blob owns the stream, and the font the blob
        using var face = new Face(blob, index);
        var font = new Font(face);
        font.SetScale(Units, Units);
        font.SetFunctionsOpenType();
        return font;
    }
}
