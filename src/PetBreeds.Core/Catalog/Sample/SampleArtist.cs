using PetBreeds.Runtime;
using SkiaSharp;

namespace PetBreeds.Catalog.Sample;

/// <summary>
/// Draws one picture of the sample data set: a place, an animal of a breed in some pose, and light. A picture depends only on the breed,
/// the seed and its number; the same SkiaSharp on the same kind of machine produces the same bytes.
/// </summary>
internal static class SampleArtist
{
    private const int Quality = 90;

    /// <summary>Draws a JPEG file with a long side of 320 to 640 pixels; three out of four are in landscape format.</summary>
    public static byte[] DrawJpeg(SampleBreed breed, int seed, int number)
    {
        using var photo = Draw(breed, seed, number);
        using var data = photo.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return data.ToArray();
    }

    public static SKBitmap Draw(SampleBreed breed, int seed, int number)
    {
        var dice = new Dice(unchecked((ulong)seed), SeededRandom.Key(breed.Name), (ulong)number);
        var (width, height) = Size(dice);
        var photo = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(photo);
        using var brush = new Brush(canvas);
        var horizon = height * dice.Between(0.5, 0.72);
        SampleScene.Draw(brush, width, height, horizon, dice);
        Animal(brush, breed, width, height, dice);
        Light(brush, width, height, dice);
        return photo;
    }

    private static (int Width, int Height) Size(Dice dice)
    {
        var longSide = (int)dice.Between(320, 641);
        var shortSide = (int)(longSide * dice.Between(0.66, 0.85));
        return dice.Chance(0.75) ? (longSide, shortSide) : (shortSide, longSide);
    }

    /// <summary>
    /// Draws the animal: a bust fills most of the photo and is cut off by its lower edge; a whole animal is in its lower part.
    /// </summary>
    private static void Animal(Brush brush, SampleBreed breed, int width, int height, Dice dice)
    {
        var pose = SamplePose.Draw(dice);
        var coat = SampleCoat.Draw(breed, dice);
        var unit = pose.Bust
            ? Math.Min(height * dice.Between(0.23, 0.3), width * 0.36f)
            : Math.Min(height * dice.Between(0.18, 0.208), width * 0.33f);
        var x = width * dice.Between(0.38, 0.62);
        var y = pose.Bust ? height * dice.Between(0.46, 0.56) : height * dice.Between(0.93, 0.97) - unit * SampleBody.Bottom / 100;
        var canvas = brush.Canvas;
        canvas.Save();
        canvas.Translate(x, y);
        canvas.Scale(unit / 100 * dice.Pick(1, -1), unit / 100);
        if (!pose.Bust)
            brush.Glow(10, SampleBody.Bottom - 4, 190, 26, new SKColor(0x10, 0x0A, 0x18, 150));
        canvas.RotateDegrees(pose.Tilt, 0, pose.Bust ? 200 : SampleBody.Bottom);
        SampleBody.Draw(brush, breed, coat, pose, dice);
        canvas.RotateDegrees(pose.HeadTilt, 0, 70);
        brush.Glow(0, 88, 80, 34, new SKColor(0x10, 0x0A, 0x18, 70));
        SampleHead.Draw(brush, breed, coat, pose, dice);
        canvas.Restore();
    }

    /// <summary>Adds light from one side with a warm or cold tint of varying strength.</summary>
    private static void Light(Brush brush, int width, int height, Dice dice)
    {
        var all = SKRect.Create(width, height);
        var angle = dice.Between(0, Math.PI * 2);
        var (dx, dy) = (MathF.Cos(angle) * width / 2, MathF.Sin(angle) * height / 2);
        var (from, to) = (new SKPoint(width / 2f + dx, height / 2f + dy), new SKPoint(width / 2f - dx, height / 2f - dy));
        var bright = new SKColor(255, 250, 230, (byte)dice.Between(0, 60));
        var dark = new SKColor(20, 16, 40, (byte)dice.Between(0, 110));
        brush.Gradient(all, from, to, SKBlendMode.SrcOver, bright, bright.WithAlpha(0), dark.WithAlpha((byte)(dark.Alpha / 3)), dark);
        var tint = dice.Pick(new SKColor(255, 190, 110), new SKColor(120, 170, 255), SKColors.White).WithAlpha((byte)dice.Between(0, 34));
        brush.Canvas.DrawColor(tint, SKBlendMode.SrcOver);
    }
}
