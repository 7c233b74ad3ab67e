using SkiaSharp;

namespace PetBreeds.Catalog.Sample;

/// <summary>Draws both ears of a head centred at the origin; shapes are those of the right side.</summary>
internal static class SampleEars
{
    private const string CatEar = "M18 -72 C30 -112 58 -144 74 -150 C92 -122 106 -70 100 -16Z";
    private const string CatInner = "M40 -76 C48 -104 62 -124 71 -130 C82 -108 92 -78 88 -46Z";
    private const string Tuft = "M64 -138 L66 -190 L75 -158 L88 -184 L86 -130Z";
    private const string DogEar = "M16 -78 C22 -124 44 -164 60 -172 C84 -140 98 -90 88 -34Z";
    private const string DogInner = "M36 -82 C42 -116 52 -140 60 -148 C76 -122 82 -92 76 -62Z";
    private const string FoldedEar =
        "M20 -84 C38 -112 78 -118 98 -90 C108 -70 108 -44 100 -24 C92 -32 82 -38 72 -34 C66 -30 60 -36 58 -44 C50 -62 36 -76 20 -84Z";
    private const string FloppyEar = "M44 -88 C84 -108 122 -80 132 -30 C142 26 132 84 104 88 C80 90 72 44 76 6 C78 -30 66 -58 44 -88Z";

    public static void Draw(Brush brush, SampleBreed breed, SampleCoat coat, SamplePose pose) => brush.BothSides(side =>
    {
        brush.Canvas.Save();
        brush.Canvas.RotateDegrees(side > 0 ? pose.RightEar : pose.LeftEar, 60, -60);
        var color = coat.Ends(breed);
        switch (breed.Ears)
        {
            case Ears.Floppy: One(brush, FloppyEar, Tint.Darker(color, 0.06)); break;
            case Ears.Folded: One(brush, FoldedEar, color); break;
            case Ears.Pointed or Ears.Tufted: Standing(brush, breed, coat, color); break;
        }
        brush.Canvas.Restore();
    });

    private static void Standing(Brush brush, SampleBreed breed, SampleCoat coat, SKColor color)
    {
        if (breed is { IsCat: false, IsFluffy: true })
            brush.Canvas.Scale(1, 0.84f, 50, -60); // a spitz has shorter ears than a shepherd
        if (breed.Ears == Ears.Tufted)
            brush.Fill(Tuft, coat.Marking);
        One(brush, breed.IsCat ? CatEar : DogEar, color);
        brush.Fill(breed.IsCat ? CatInner : DogInner, Tint.Mix(SampleCoat.Pink, color, breed.Pattern == CoatPattern.Points ? 0.6 : 0.3));
        if (breed.IsFluffy || breed.IsCat)
            brush.Fill("M34 -72 L52 -108 L54 -84 L66 -104 L66 -78 L80 -92 L78 -60Z", Tint.Clear(coat.Light, 0.75));
    }

    private static void One(Brush brush, string shape, SKColor color)
    {
        using var path = SKPath.ParseSvgPathData(shape);
        brush.Line(path, Tint.Darker(color, 0.5), 5);
        brush.Round(path, color, 50, -110, 190);
    }
}
