using SkiaSharp;

namespace PetBreeds.Catalog.Sample;

/// <summary>Draws muzzle, nose, mouth, whiskers and eyes. Parts that protrude further move more when the head turns.</summary>
internal static class SampleFace
{
    private static readonly SKColor Ink = new(0x2B, 0x1F, 0x24);

    public static void Draw(Brush brush, SampleBreed breed, SampleCoat coat, SamplePose pose)
    {
        At(brush, pose, 0.8f, () => Eyes(brush, breed, coat, pose));
        At(brush, pose, 1.5f, () =>
        {
            if (breed.IsCat)
                CatMuzzle(brush, breed, coat, pose);
            else
                DogMuzzle(brush, breed, coat, pose);
        });
    }

    private static void At(Brush brush, SamplePose pose, float depth, Action draw)
    {
        brush.Canvas.Save();
        brush.Canvas.Translate(pose.TurnX * depth, pose.TurnY * depth);
        draw();
        brush.Canvas.Restore();
    }

    private static void CatMuzzle(Brush brush, SampleBreed breed, SampleCoat coat, SamplePose pose)
    {
        var color = breed.Pattern == CoatPattern.Points ? Tint.Lighter(coat.Marking, 0.18) : coat.Light;
        var drop = (float)breed.Muzzle * 12;
        if (pose.Mouth > 0)
            Mouth(brush, 0, 50 + drop, 17, pose.Mouth == 2);
        brush.Oval(0, 58 + drop, 20, 14, Tint.Darker(color, pose.Mouth > 0 ? 0.45 : 0.06));
        if (pose.Mouth > 0)
            brush.Oval(0, 57 + drop, 12, 11, SampleCoat.Pink);
        brush.BothSides(_ =>
        {
            brush.Oval(19, 38 + drop, 27, 21, Tint.Darker(color, 0.14));
            brush.Oval(19, 36 + drop, 26, 20, color);
            brush.Oval(20, 36 + drop, 1.8f, 1.8f, Tint.Clear(Ink, 0.5));
            brush.Oval(29, 32 + drop, 1.8f, 1.8f, Tint.Clear(Ink, 0.5));
            brush.Oval(30, 42 + drop, 1.8f, 1.8f, Tint.Clear(Ink, 0.5));
        });
        brush.Fill($"M-13 {16 + drop} C-6 {12 + drop} 6 {12 + drop} 13 {16 + drop} C13 {24 + drop} 5 {30 + drop} 0 {31 + drop} "
            + $"C-5 {30 + drop} -13 {24 + drop} -13 {16 + drop}Z", Nose(breed));
        brush.Oval(-4, 18 + drop, 4, 2, Tint.Clear(SKColors.White, 0.55));
        brush.Line($"M0 {31 + drop} L0 {40 + drop} C-4 {52 + drop} -22 {52 + drop} -26 {44 + drop} M0 {40 + drop} "
            + $"C4 {52 + drop} 22 {52 + drop} 26 {44 + drop}", Ink, 3.4f);
        Whiskers(brush, drop);
    }

    private static SKColor Nose(SampleBreed breed) => breed.Pattern is CoatPattern.Points or CoatPattern.Spots
        ? new SKColor(0x5A, 0x40, 0x3E)
        : new SKColor(0xD9, 0x7F, 0x80);

    private static void Whiskers(Brush brush, float drop) => brush.BothSides(_ =>
    {
        brush.Line($"M42 {34 + drop} C80 {24 + drop} 110 {20 + drop} 140 {24 + drop} "
            + $"M44 {40 + drop} C84 {38 + drop} 114 {40 + drop} 144 {46 + drop} "
            + $"M42 {46 + drop} C78 {52 + drop} 106 {60 + drop} 130 {70 + drop}", Tint.Clear(SKColors.White, 0.85), 2.2f);
    });

    private static void DogMuzzle(Brush brush, SampleBreed breed, SampleCoat coat, SamplePose pose)
    {
        var length = (float)breed.Muzzle;
        var (y, rx, ry) = (38 + 12 * length, 38 + 6 * (1 - length), 32 + 18 * length);
        if (pose.Mouth > 0)
            Mouth(brush, 0, y + ry * 0.62f, rx * 0.62f, pose.Mouth == 2);
        using var path = new SKPath();
        path.AddOval(SKRect.Create(-rx, y - ry, 2 * rx, 2 * ry * 0.92f));
        path.AddOval(SKRect.Create(-rx * 1.18f, y + ry * 0.02f - 6, rx * 1.3f, ry * 0.9f));
        path.AddOval(SKRect.Create(-rx * 0.12f, y + ry * 0.02f - 6, rx * 1.3f, ry * 0.9f));
        brush.Glow(0, y + 8, rx * 1.55f, ry * 1.3f, Tint.Clear(Tint.Darker(coat.Coat, 0.5), 0.35));
        brush.Round(path, coat.Light, -14, y - ry * 0.6f, 95);
        var top = y - ry * 0.5f;
        var (lip, smile, corner) = (top + 30 + 10 * length, top + 46 + 14 * length, top + 32 + 14 * length);
        brush.Line($"M0 {top + 14} L0 {lip} C-6 {smile} -30 {smile} -38 {corner} M0 {lip} C6 {smile} 30 {smile} 38 {corner}", Ink, 3.6f);
        brush.Fill($"M-23 {top - 4} C-20 {top - 16} 20 {top - 16} 23 {top - 4} C24 {top + 10} 10 {top + 18} 0 {top + 19} "
            + $"C-10 {top + 18} -24 {top + 10} -23 {top - 4}Z", Ink);
        brush.Oval(-7, top - 6, 8, 3.6f, Tint.Clear(SKColors.White, 0.6));
        brush.BothSides(_ => brush.Oval(9, top + 5, 4, 3, SKColors.Black));
    }

    /// <summary>Draws an open mouth below the muzzle, with the tongue inside or hanging out.</summary>
    private static void Mouth(Brush brush, float x, float y, float r, bool tongueOut)
    {
        brush.Oval(x, y, r, r * 1.05f, new SKColor(0x6E, 0x26, 0x2E));
        if (!tongueOut)
            return;
        brush.Box(x - r * 0.62f, y, x + r * 0.62f, y + r * 1.75f, new SKColor(0xEE, 0x7C, 0x86), r * 0.6f);
        brush.Line($"M{x} {y + r * 0.3f} L{x} {y + r * 1.2f}", new SKColor(0xCC, 0x58, 0x66), 3);
    }

    private static void Eyes(Brush brush, SampleBreed breed, SampleCoat coat, SamplePose pose) => brush.BothSides(side =>
    {
        var (x, y, r) = breed.IsCat ? (43f, -8f, 24f) : (39f, -18f, 18f);
        if (pose.EyesClosed)
            brush.Line($"M{x - r} {y} C{x - r * 0.4f} {y + r * 0.8f} {x + r * 0.4f} {y + r * 0.8f} {x + r} {y}", Ink, 5);
        else
            Eye(brush, breed, coat, x, y, r, pose.GazeX * side, pose.GazeY, side);
        var brow = Tint.Clear(Tint.Darker(coat.Coat, 0.55), 0.6);
        if (!breed.IsCat)
            brush.Line($"M{x - r} {y - r * 1.35f} C{x - r * 0.3f} {y - r * 1.85f} {x + r * 0.5f} {y - r * 1.8f} {x + r} {y - r * 1.3f}",
                brow, 4);
    });

    private static void Eye(Brush brush, SampleBreed breed, SampleCoat coat, float x, float y, float r, float gazeX, float gazeY, int side)
    {
        brush.Oval(x, y, r + 3.5f, r + 3, Ink);
        brush.Canvas.Save();
        using var eye = new SKPath();
        eye.AddOval(SKRect.Create(x - r, y - r, 2 * r, 2 * r));
        brush.Canvas.ClipPath(eye, antialias: true);
        brush.Oval(x, y, r, r, breed.IsCat ? Tint.Darker(coat.Eyes, 0.25) : new SKColor(0xF4, 0xEC, 0xE2));
        brush.Oval(x + gazeX, y + gazeY + 2, r * 0.86f, r * 0.86f, coat.Eyes);
        brush.Glow(x + gazeX, y + gazeY + r * 0.6f, r * 0.8f, r * 0.6f, Tint.Clear(Tint.Lighter(coat.Eyes, 0.6), 0.7));
        var (pupilX, pupilY) = breed.IsCat ? (0.38f, 0.74f) : (0.56f, 0.56f);
        brush.Oval(x + gazeX, y + gazeY, r * pupilX, r * pupilY, new SKColor(0x12, 0x0C, 0x10));
        brush.Canvas.Restore();
        var lit = -side; // the same side in both eyes, one of which is drawn mirrored
        brush.Oval(x + gazeX + lit * r * 0.3f, y + gazeY - r * 0.34f, r * 0.27f, r * 0.27f, SKColors.White);
        brush.Oval(x + gazeX - lit * r * 0.28f, y + gazeY + r * 0.36f, r * 0.13f, r * 0.13f, Tint.Clear(SKColors.White, 0.8));
    }
}
