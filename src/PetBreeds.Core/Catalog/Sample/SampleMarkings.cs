using SkiaSharp;

namespace PetBreeds.Catalog.Sample;

/// <summary>Paints a breed's markings into an outline that is already filled with the coat's colour.</summary>
internal static class SampleMarkings
{
    private static readonly SKRect Head = SKRect.Create(-105, -92, 210, 190);
    private static readonly SKRect Body = SKRect.Create(-120, 80, 240, 220);

    public static void OnHead(Brush brush, SKPath outline, SampleBreed breed, SampleCoat coat, SamplePose pose, Dice dice)
    {
        brush.Canvas.Save();
        brush.Canvas.ClipPath(outline, antialias: true);
        brush.Canvas.Translate(pose.TurnX * 0.5f, pose.TurnY * 0.5f);
        switch (breed.Pattern)
        {
            case CoatPattern.Stripes: HeadStripes(brush, coat.Marking); break;
            case CoatPattern.Spots: Spots(brush, Head, coat.Marking, dice, breed.IsCat ? 26 : 15, keepFaceFree: true); break;
            case CoatPattern.Patches: HeadPatches(brush, coat.Marking, dice); break;
            case CoatPattern.Points: brush.Glow(0, 30, 88, 86, coat.Marking); break;
            case CoatPattern.Bicolour: Blaze(brush, coat.Light); break;
            case CoatPattern.Plain: break;
        }
        brush.Canvas.Restore();
    }

    public static void OnBody(Brush brush, SKPath outline, SampleBreed breed, SampleCoat coat, Dice dice)
    {
        brush.Canvas.Save();
        brush.Canvas.ClipPath(outline, antialias: true);
        switch (breed.Pattern)
        {
            case CoatPattern.Stripes: BodyStripes(brush, coat.Marking); break;
            case CoatPattern.Spots: Spots(brush, Body, coat.Marking, dice, breed.IsCat ? 34 : 22, keepFaceFree: false); break;
            case CoatPattern.Patches: BodyPatches(brush, coat.Marking, dice); break;
            case CoatPattern.Bicolour or CoatPattern.Points or CoatPattern.Plain: break;
        }
        brush.Canvas.Restore();
    }

    private static void HeadStripes(Brush brush, SKColor color)
    {
        brush.Fill("M-6 -92 L6 -92 L3 -38 L-3 -38Z", color);
        brush.BothSides(_ =>
        {
            brush.Fill("M14 -92 L30 -88 C26 -66 22 -54 20 -38 C16 -54 14 -70 14 -92Z", color);
            brush.Fill("M42 -84 L58 -72 C48 -62 44 -52 42 -40 C38 -54 40 -68 42 -84Z", color);
            brush.Fill("M110 -4 C92 -4 80 4 68 14 C82 8 96 10 110 12Z", color);
            brush.Fill("M108 24 C92 22 82 28 70 36 C84 34 94 38 104 42Z", color);
            brush.Fill("M96 54 C84 50 74 52 64 56 C74 58 82 62 88 68Z", color);
        });
    }

    private static void BodyStripes(Brush brush, SKColor color) => brush.BothSides(_ =>
    {
        for (var y = 110; y < 280; y += 34)
            brush.Fill($"M130 {y} C100 {y - 4} 78 {y + 6} 52 {y + 20} C80 {y + 14} 104 {y + 12} 130 {y + 18}Z", color);
    });

    /// <summary>Draws spots on a jittered grid, so that they neither overlap much nor leave gaps.</summary>
    private static void Spots(Brush brush, SKRect area, SKColor color, Dice dice, float density, bool keepFaceFree)
    {
        var step = 210 / MathF.Sqrt(density * 1.6f);
        for (var y = area.Top; y < area.Bottom; y += step)
        {
            for (var x = area.Left; x < area.Right; x += step)
            {
                var (cx, cy) = (x + dice.Between(0, step), y + dice.Between(0, step));
                var r = step * dice.Between(0.16, 0.32);
                if (!keepFaceFree || Math.Abs(cx) > 66 || cy < -44)
                    brush.Oval(cx, cy, r, r * dice.Between(0.75, 1.2), color);
            }
        }
    }

    private static void HeadPatches(Brush brush, SKColor color, Dice dice)
    {
        brush.Canvas.Save();
        brush.Canvas.Scale(dice.Pick(1, -1), 1);
        brush.Fill("M8 -100 C20 -60 8 -30 20 0 C34 30 70 30 80 60 L120 40 L110 -100Z", color);
        if (dice.Chance(0.5))
            brush.Fill("M-110 -90 L-40 -96 C-50 -70 -70 -50 -104 -40Z", color);
        brush.Canvas.Restore();
    }

    private static void BodyPatches(Brush brush, SKColor color, Dice dice)
    {
        brush.Canvas.Save();
        brush.Canvas.Scale(dice.Pick(1, -1), 1);
        var (x, y) = (dice.Between(60, 90), dice.Between(190, 235));
        brush.Oval(x, y, dice.Between(38, 54), dice.Between(42, 60), color);
        brush.Oval(x + 20, y - 36, 30, 34, color);
        brush.Oval(dice.Between(-90, -70), dice.Between(130, 160), dice.Between(26, 36), dice.Between(30, 40), color);
        brush.Canvas.Restore();
    }

    private static void Blaze(Brush brush, SKColor color)
    {
        brush.Fill("M0 -70 C10 -40 12 -10 34 10 C62 30 78 60 62 100 L-62 100 C-78 60 -62 30 -34 10 C-12 -10 -10 -40 0 -70Z", color);
        brush.BothSides(_ => brush.Oval(36, -46, 10, 7, color));
    }
}
