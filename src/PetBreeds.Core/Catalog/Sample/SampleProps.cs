using SkiaSharp;

namespace PetBreeds.Catalog.Sample;

/// <summary>Draws objects in a scene.</summary>
internal static class SampleProps
{
    public static void OnWall(Brush brush, int width, float horizon, Dice dice)
    {
        var (x, w, h) = (dice.Between(0.05, 0.6) * width, width * dice.Between(0.2, 0.34), horizon * dice.Between(0.4, 0.6));
        var y = horizon * dice.Between(0.06, 0.2);
        if (dice.Chance(0.5))
            Window(brush, x, y, w, h);
        else
            Picture(brush, x, y, w * 0.8f, h * 0.7f, dice);
    }

    public static void OnFloor(Brush brush, int width, int height, float horizon, Dice dice)
    {
        var rug = SKColor.FromHsl(dice.Between(0, 360), 45, 55);
        if (dice.Chance(0.5))
        {
            var y = horizon + (height - horizon) * 0.6f;
            brush.Oval(width * 0.5f, y, width * 0.46f, (height - horizon) * 0.34f, Tint.Darker(rug, 0.2));
            brush.Oval(width * 0.5f, y, width * 0.42f, (height - horizon) * 0.28f, rug);
        }
        if (dice.Chance(0.5))
            Plant(brush, dice.Pick(0.07f, 0.93f) * width, horizon + (height - horizon) * 0.25f, height * 0.11f, dice);
        else
            Ball(brush, width, height, horizon, dice);
    }

    public static void Ball(Brush brush, int width, int height, float horizon, Dice dice)
    {
        var r = height * dice.Between(0.035, 0.06);
        var x = width * dice.Pick(dice.Between(0.06, 0.2), dice.Between(0.8, 0.94));
        var y = horizon + (height - horizon) * dice.Between(0.4, 0.8);
        brush.Glow(x, y + r * 0.9f, r * 1.4f, r * 0.4f, new SKColor(0, 0, 0, 110));
        using var ball = new SKPath();
        ball.AddCircle(x, y, r);
        brush.Round(ball, SKColor.FromHsl(dice.Between(0, 360), 70, 52), x - r * 0.4f, y - r * 0.5f, r * 1.8f);
        var (left, right) = (x - r * 0.9f, x + r * 0.9f);
        brush.Line($"M{left} {y} C{x - r * 0.3f} {y + r * 0.4f} {x + r * 0.3f} {y + r * 0.4f} {right} {y}",
            new SKColor(255, 255, 255, 190), r * 0.2f);
    }

    private static void Window(Brush brush, float x, float y, float w, float h)
    {
        brush.Box(x - 6, y - 6, x + w + 6, y + h + 6, new SKColor(0xF6, 0xF2, 0xEA));
        brush.Gradient(SKRect.Create(x, y, w, h), new SKPoint(x, y), new SKPoint(x, y + h), SKBlendMode.SrcOver,
            new SKColor(0x8C, 0xC4, 0xEE), new SKColor(0xE4, 0xF4, 0xFA));
        brush.Line($"M{x + w / 2} {y} L{x + w / 2} {y + h} M{x} {y + h / 2} L{x + w} {y + h / 2}", new SKColor(0xF6, 0xF2, 0xEA), 5);
    }

    private static void Picture(Brush brush, float x, float y, float w, float h, Dice dice)
    {
        brush.Box(x - 5, y - 5, x + w + 5, y + h + 5, new SKColor(0x6B, 0x4A, 0x2E));
        brush.Box(x, y, x + w, y + h, SKColor.FromHsl(dice.Between(0, 360), 40, 82));
        brush.Canvas.Save();
        brush.Canvas.ClipRect(SKRect.Create(x, y, w, h));
        brush.Oval(x + w * 0.3f, y + h, w * 0.5f, h * 0.5f, SKColor.FromHsl(dice.Between(80, 200), 40, 50));
        brush.Oval(x + w * 0.8f, y + h, w * 0.45f, h * 0.4f, SKColor.FromHsl(dice.Between(80, 200), 40, 42));
        brush.Oval(x + w * 0.7f, y + h * 0.3f, h * 0.13f, h * 0.13f, new SKColor(0xFF, 0xE0, 0x8A));
        brush.Canvas.Restore();
    }

    private static void Plant(Brush brush, float x, float y, float size, Dice dice)
    {
        for (var i = -3; i <= 3; i++)
        {
            var (dx, dy) = (i * size * 0.42f, -size * (2.3f - Math.Abs(i) * 0.34f));
            brush.Fill($"M{x} {y - size * 0.6f} C{x + dx * 0.2f - 8} {y + dy * 0.6f} {x + dx - 6} {y + dy * 0.8f} {x + dx} {y + dy} "
                + $"C{x + dx + 6} {y + dy * 0.7f} {x + dx * 0.4f + 8} {y + dy * 0.4f} {x} {y - size * 0.6f}Z",
                SKColor.FromHsl(dice.Between(110, 145), 38, dice.Between(28, 44)));
        }
        var (rim, foot, top, bottom) = (size * 0.5f, size * 0.36f, y - size * 0.7f, y + size * 0.2f);
        brush.Fill($"M{x - rim} {top} L{x + rim} {top} L{x + foot} {bottom} L{x - foot} {bottom}Z", new SKColor(0xC0, 0x6A, 0x44));
        brush.Box(x - size * 0.58f, y - size * 0.8f, x + size * 0.58f, y - size * 0.6f, new SKColor(0xD0, 0x7C, 0x54), 2);
    }
}
