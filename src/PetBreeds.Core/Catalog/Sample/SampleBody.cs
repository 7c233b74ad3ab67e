using SkiaSharp;

namespace PetBreeds.Catalog.Sample;

/// <summary>Draws a sitting body below a head at the origin; it ends at y = <see cref="Bottom"/>.</summary>
internal static class SampleBody
{
    /// <summary>The position of the ground.</summary>
    public const float Bottom = 292;

    private const string Torso = "M0 50 C46 50 74 84 86 136 C100 190 126 226 116 262 C108 288 66 292 0 292 "
        + "C-66 292 -108 288 -116 262 C-126 226 -100 190 -86 136 C-74 84 -46 50 0 50Z";
    private const string Leg = "M10 150 C8 200 10 246 10 272 C12 290 46 290 48 272 C50 240 56 196 50 150Z";
    private const string Chest =
        "M0 70 C36 72 56 96 52 124 L40 114 L36 142 L23 130 L14 162 L0 146 L-14 162 L-23 130 L-36 142 L-40 114 L-52 124 "
        + "C-56 96 -36 72 0 70Z";
    private const string ChestLocks =
        "M-62 84 L-72 124 L-52 118 L-58 152 L-34 140 L-30 172 L-12 156 L0 188 L12 156 L30 172 L34 140 L58 152 "
        + "L52 118 L72 124 L62 84Z";

    public static void Draw(Brush brush, SampleBreed breed, SampleCoat coat, SamplePose pose, Dice dice)
    {
        Tail(brush, breed, coat);
        using var torso = SKPath.ParseSvgPathData(Torso);
        brush.Line(torso, coat.Outline, 5);
        brush.Round(torso, coat.Coat, -40, 120, 260);
        SampleMarkings.OnBody(brush, torso, breed, coat, dice);
        brush.BothSides(_ => Foot(brush, 86, 276, 36, 17, coat.Paws(breed)));
        Legs(brush, breed, coat);
        if (breed.IsFluffy)
            brush.Fill(ChestLocks, Tint.Darker(coat.Light, 0.04));
        else if (breed.Pattern != CoatPattern.Points)
            brush.Fill(Chest, Tint.Clear(coat.Light, 0.92));
        if (pose.HasCollar)
            Collar(brush, SKColor.FromHsl(dice.Between(0, 360), 70, 48));
    }

    private static void Legs(Brush brush, SampleBreed breed, SampleCoat coat) => brush.BothSides(_ =>
    {
        using var leg = SKPath.ParseSvgPathData(Leg);
        brush.Round(leg, coat.Coat, 18, 160, 190);
        brush.Line("M10 168 C8 204 10 246 10 270 M50 168 C55 200 49 240 48 270", Tint.Clear(coat.Outline, 0.55), 3);
        if (breed.Pattern is CoatPattern.Points or CoatPattern.Bicolour)
            brush.Gradient(SKRect.Create(11, 205, 37, 70), new SKPoint(0, 205), new SKPoint(0, 262), SKBlendMode.SrcOver,
                coat.Paws(breed).WithAlpha(0), coat.Paws(breed));
        if (breed.Pattern == CoatPattern.Stripes)
            brush.Line("M10 196 L30 200 M10 222 L28 226 M49 208 L34 212", coat.Marking, 7);
        Foot(brush, 29, 278, 25, 15, coat.Paws(breed));
    });

    private static void Foot(Brush brush, float x, float y, float rx, float ry, SKColor color)
    {
        brush.Oval(x, y, rx + 2.5f, ry + 2.5f, Tint.Darker(color, 0.5));
        brush.Oval(x, y, rx, ry, Tint.Darker(color, 0.06));
        brush.Oval(x - 3, y - 4, rx * 0.75f, ry * 0.6f, Tint.Lighter(color, 0.12));
        var toes = Tint.Clear(Tint.Darker(color, 0.6), 0.7);
        brush.Line($"M{x - 8} {y + 4} L{x - 8} {y + ry} M{x + 8} {y + 4} L{x + 8} {y + ry}", toes, 2.4f);
    }

    private static void Collar(Brush brush, SKColor color)
    {
        brush.Line("M-62 86 C-36 112 36 112 62 86", Tint.Darker(color, 0.35), 17);
        brush.Line("M-62 84 C-36 110 36 110 62 84", color, 12);
        brush.Oval(0, 114, 12, 12, new SKColor(0xB8, 0x86, 0x1E));
        brush.Oval(-1, 112, 10, 10, new SKColor(0xF4, 0xCF, 0x56));
    }

    /// <summary>Draws the tail: long and thin for a cat, short for a dog, thick for a fluffy animal.</summary>
    private static void Tail(Brush brush, SampleBreed breed, SampleCoat coat)
    {
        var width = (breed.IsCat ? 24 : 28) + (breed.IsFluffy ? 24 : 0);
        var path = breed switch
        {
            { IsCat: true, IsFluffy: true } => "M96 262 C138 268 160 240 152 206",
            { IsCat: true } => "M90 266 C160 276 184 214 154 172 C140 148 152 124 170 122",
            { IsFluffy: true } => "M92 246 C150 240 166 186 120 162",
            _ => "M90 254 C140 250 168 206 164 166",
        };
        var color = breed.Pattern is CoatPattern.Points or CoatPattern.Patches ? coat.Marking : coat.Coat;
        brush.Line(path, Tint.Darker(color, 0.5), width + 6);
        brush.Line(path, color, width);
        using var line = SKPath.ParseSvgPathData(path);
        if (breed.Pattern is not (CoatPattern.Stripes or CoatPattern.Spots))
            return;
        using var measure = new SKPathMeasure(line);
        for (var at = 0.2f; at < 0.95f; at += 0.16f)
        {
            measure.GetPositionAndTangent(measure.Length * at, out var p, out var t);
            var half = new SKPoint(-t.Y * width * 0.42f, t.X * width * 0.42f);
            brush.Line($"M{p.X - half.X} {p.Y - half.Y} L{p.X + half.X} {p.Y + half.Y}", coat.Marking, 8);
        }
    }
}
