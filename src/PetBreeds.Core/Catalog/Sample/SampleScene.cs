using SkiaSharp;

namespace PetBreeds.Catalog.Sample;

/// <summary>Draws a place, in pixels of the photo. Places are unrelated to breeds: a model learns nothing from them.</summary>
internal static class SampleScene
{
    /// <summary>Fills the photo; the ground starts at <paramref name="horizon"/>.</summary>
    public static void Draw(Brush brush, int width, int height, float horizon, Dice dice)
    {
        switch (dice.Index(5))
        {
            case 0: Meadow(brush, width, height, horizon, dice); break;
            case 1: Room(brush, width, height, horizon, dice); break;
            case 2: Studio(brush, width, height, dice); break;
            case 3: Beach(brush, width, height, horizon, dice); break;
            default: Winter(brush, width, height, horizon, dice); break;
        }
    }

    private static void Meadow(Brush brush, int width, int height, float horizon, Dice dice)
    {
        Sky(brush, width, horizon, SKColor.FromHsl(dice.Between(195, 220), 65, dice.Between(58, 72)), SKColor.FromHsl(195, 60, 90));
        Clouds(brush, width, horizon, dice);
        var hue = dice.Between(85, 125);
        for (var i = 0; i < 3; i++)
            brush.Oval(dice.Between(0, width), horizon + height * 0.06f, width * dice.Between(0.3, 0.6), height * dice.Between(0.1, 0.22),
                SKColor.FromHsl(hue + 12, 32, 46 + 5 * i));
        Ground(brush, width, height, horizon, SKColor.FromHsl(hue, 45, 52), SKColor.FromHsl(hue, 50, 34));
        for (var i = 0; i < 110; i++)
        {
            var (x, y) = (dice.Between(0, width), dice.Between(horizon, height));
            var length = 4 + 16 * (y - horizon) / Math.Max(1, height - horizon);
            brush.Line($"M{x} {y} L{x + dice.Between(-3, 3)} {y - length}", SKColor.FromHsl(hue, 48, dice.Between(34, 60)), 2);
        }
        for (var i = 0; i < 14; i++)
            Flower(brush, dice.Between(0, width), dice.Between(horizon + 6, height), dice);
    }

    private static void Flower(Brush brush, float x, float y, Dice dice)
    {
        var r = dice.Between(2, 4.5);
        var color = dice.Pick(SKColors.White, SKColors.Gold, new SKColor(0xE8, 0x6A, 0x8E), new SKColor(0x9A, 0x7B, 0xE0));
        for (var i = 0; i < 5; i++)
            brush.Oval(x + r * MathF.Cos(i * 1.2566f), y + r * MathF.Sin(i * 1.2566f), r * 0.7f, r * 0.7f, color);
        brush.Oval(x, y, r * 0.55f, r * 0.55f, new SKColor(0xF2, 0xB0, 0x30));
    }

    private static void Room(Brush brush, int width, int height, float horizon, Dice dice)
    {
        var wall = SKColor.FromHsl(dice.Between(0, 360), dice.Between(12, 42), dice.Between(58, 84));
        brush.Gradient(SKRect.Create(width, height), new SKPoint(0, 0), new SKPoint(width, horizon), SKBlendMode.Src,
            Tint.Lighter(wall, 0.15), Tint.Darker(wall, 0.12));
        if (dice.Chance(0.5))
        {
            for (float x = dice.Between(0, 20); x < width; x += 36)
                brush.Box(x, 0, x + 14, horizon, Tint.Clear(Tint.Lighter(wall, 0.35), 0.45));
        }
        SampleProps.OnWall(brush, width, horizon, dice);
        var wood = SKColor.FromHsl(dice.Between(20, 36), dice.Between(28, 50), dice.Between(34, 58));
        Ground(brush, width, height, horizon, wood, Tint.Darker(wood, 0.25));
        for (var y = horizon; y < height; y += 8 + (y - horizon) * 0.25f)
            brush.Line($"M0 {y} L{width} {y}", Tint.Clear(Tint.Darker(wood, 0.4), 0.5), 1.6f);
        brush.Box(0, horizon - 7, width, horizon + 3, Tint.Lighter(wall, 0.7));
        SampleProps.OnFloor(brush, width, height, horizon, dice);
    }

    private static void Studio(Brush brush, int width, int height, Dice dice)
    {
        var color = SKColor.FromHsl(dice.Between(0, 360), dice.Between(25, 60), dice.Between(38, 72));
        brush.Gradient(SKRect.Create(width, height), new SKPoint(0, 0), new SKPoint(0, height), SKBlendMode.Src,
            Tint.Lighter(color, 0.25), Tint.Darker(color, 0.25));
        for (var i = 0; i < 16; i++)
        {
            var r = dice.Between(10, 46);
            brush.Oval(dice.Between(0, width), dice.Between(0, height * 0.8), r, r,
                Tint.Clear(Tint.Lighter(color, 0.6), dice.Between(0.08, 0.26)));
        }
    }

    private static void Beach(Brush brush, int width, int height, float horizon, Dice dice)
    {
        var evening = dice.Chance(0.5);
        Sky(brush, width, horizon, evening ? SKColor.FromHsl(dice.Between(265, 330), 42, 58) : SKColor.FromHsl(200, 70, 66),
            evening ? SKColor.FromHsl(dice.Between(22, 42), 88, 72) : SKColor.FromHsl(190, 60, 88));
        var (x, r) = (dice.Between(0, width), height * 0.07f);
        brush.Glow(x, horizon * 0.62f, r * 3, r * 3, new SKColor(255, 244, 200, 150));
        brush.Oval(x, horizon * 0.62f, r, r, new SKColor(255, 246, 214));
        var sea = SKColor.FromHsl(evening ? 235 : 192, 42, 48);
        Ground(brush, width, height, horizon - height * 0.12f, Tint.Lighter(sea, 0.3), sea);
        for (var i = 0; i < 18; i++)
        {
            var (wx, wy) = (dice.Between(0, width), dice.Between(horizon - height * 0.11f, horizon));
            brush.Line($"M{wx} {wy} L{wx + dice.Between(14, 40)} {wy}", new SKColor(255, 255, 255, 110), 1.6f);
        }
        var sand = SKColor.FromHsl(dice.Between(34, 44), 48, 72);
        Ground(brush, width, height, horizon, sand, Tint.Darker(sand, 0.22));
        for (var i = 0; i < 70; i++)
            brush.Oval(dice.Between(0, width), dice.Between(horizon, height), 1.6f, 1.1f, Tint.Clear(Tint.Darker(sand, 0.5), 0.4));
        SampleProps.Ball(brush, width, height, horizon, dice);
    }

    private static void Winter(Brush brush, int width, int height, float horizon, Dice dice)
    {
        Sky(brush, width, horizon, SKColor.FromHsl(dice.Between(205, 240), 36, dice.Between(42, 70)), SKColor.FromHsl(210, 40, 88));
        for (var i = 0; i < 7; i++)
        {
            var (x, h) = (dice.Between(0, width), height * dice.Between(0.16, 0.4));
            var green = SKColor.FromHsl(dice.Between(140, 175), 26, dice.Between(24, 38));
            for (var part = 0; part < 3; part++)
            {
                var (top, half) = (horizon - h + part * h * 0.24f, h * (0.16f + 0.08f * part));
                brush.Fill($"M{x} {top} L{x + half} {top + h * 0.42f} L{x - half} {top + h * 0.42f}Z",
                    Tint.Lighter(green, 0.06 * (2 - part)));
            }
        }
        Ground(brush, width, height, horizon, new SKColor(0xF4, 0xF8, 0xFC), new SKColor(0xC4, 0xD2, 0xE4));
        for (var i = 0; i < 60; i++)
            brush.Oval(dice.Between(0, width), dice.Between(0, height), dice.Between(1, 3.2), dice.Between(1, 3.2),
                new SKColor(255, 255, 255, 210));
    }

    private static void Sky(Brush brush, int width, float horizon, SKColor top, SKColor bottom) =>
        brush.Gradient(SKRect.Create(width, horizon + 2), new SKPoint(0, 0), new SKPoint(0, horizon), SKBlendMode.Src, top, bottom);

    private static void Ground(Brush brush, int width, int height, float top, SKColor far, SKColor near) =>
        brush.Gradient(SKRect.Create(0, top, width, height - top), new SKPoint(0, top), new SKPoint(0, height), SKBlendMode.Src, far, near);

    private static void Clouds(Brush brush, int width, float horizon, Dice dice)
    {
        for (var i = dice.Index(4); i > 0; i--)
        {
            var (x, y, r) = (dice.Between(0, width), dice.Between(horizon * 0.1, horizon * 0.6), dice.Between(14, 34));
            for (var puff = -2; puff <= 2; puff++)
                brush.Oval(x + puff * r * 0.8f, y - (2 - Math.Abs(puff)) * r * 0.2f, r * 0.8f, r * (0.66f - 0.12f * Math.Abs(puff)),
                    new SKColor(255, 255, 255, 225));
        }
    }
}
