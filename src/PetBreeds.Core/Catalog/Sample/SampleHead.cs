using SkiaSharp;

namespace PetBreeds.Catalog.Sample;

/// <summary>Draws a head centred at the origin, with a radius of 100 units.</summary>
internal static class SampleHead
{
    private const string CatHead = "M0 -86 C55 -90 100 -52 105 6 C108 52 62 84 0 84 C-62 84 -108 52 -105 6 C-100 -52 -55 -90 0 -86Z";
    private const string DogHead = "M0 -92 C50 -94 90 -58 92 -8 C94 40 66 92 0 94 C-66 92 -94 40 -92 -8 C-90 -58 -50 -94 0 -92Z";
    private const int Locks = 20;
    private const string CatCheek = "M92 12 L124 30 L104 38 L120 60 L90 58 L92 76 L56 70Z";

    public static void Draw(Brush brush, SampleBreed breed, SampleCoat coat, SamplePose pose, Dice dice)
    {
        if (breed.IsFluffy)
            Ruff(brush, coat, breed.IsCat ? 112 : 114, dice);
        var earsInFront = breed.Ears is Ears.Floppy or Ears.Folded;
        if (!earsInFront)
            SampleEars.Draw(brush, breed, coat, pose);
        using var outline = SKPath.ParseSvgPathData(breed.IsCat ? CatHead : DogHead);
        if (breed.IsCat)
            brush.BothSides(_ => brush.Fill(CatCheek, Tint.Darker(coat.Coat, 0.1)));
        brush.Line(outline, breed.IsFluffy ? Tint.Darker(coat.Coat, 0.16) : coat.Outline, 5);
        brush.Round(outline, coat.Coat, -30, -45, 175);
        SampleMarkings.OnHead(brush, outline, breed, coat, pose, dice);
        if (earsInFront)
            SampleEars.Draw(brush, breed, coat, pose);
        SampleFace.Draw(brush, breed, coat, pose);
    }

    /// <summary>Draws two rings of pointed locks of hair.</summary>
    private static void Ruff(Brush brush, SampleCoat coat, float radius, Dice dice)
    {
        foreach (var (scale, color) in new[] { (1.12f, Tint.Darker(coat.Coat, 0.18)), (1f, Tint.Darker(coat.Coat, 0.05)) })
        {
            using var path = new SKPath();
            path.MoveTo(OnRing(radius * scale * 0.96f, 0));
            for (var i = 0; i < Locks; i++)
            {
                var tip = radius * scale * dice.Between(1.03, 1.13);
                path.QuadTo(OnRing(tip * 1.02f, i + 0.25f), OnRing(tip, i + 0.7f)); // each lock is a leaf that leans one way
                path.QuadTo(OnRing(radius * scale, i + 0.9f), OnRing(radius * scale * 0.96f, i + 1));
            }
            path.Close();
            brush.Line(path, Tint.Darker(color, 0.3), 3.5f);
            brush.Round(path, color, -30, -45, 240);
        }
    }

    /// <summary>A point at a distance from the middle of the face, in the direction of a lock.</summary>
    private static SKPoint OnRing(float radius, float oneLock)
    {
        var angle = MathF.Tau * oneLock / Locks;
        return new SKPoint(radius * MathF.Sin(angle), 12 + radius * MathF.Cos(angle) * 0.95f);
    }
}
