using SkiaSharp;

namespace PetBreeds.Catalog.Sample;

/// <summary>Arithmetic on colours; shares range from 0 to 1.</summary>
internal static class Tint
{
    public static SKColor Mix(SKColor a, SKColor b, double part) => new(
        Between(a.Red, b.Red, part), Between(a.Green, b.Green, part), Between(a.Blue, b.Blue, part), Between(a.Alpha, b.Alpha, part));

    public static SKColor Lighter(SKColor color, double part) => Mix(color, SKColors.White.WithAlpha(color.Alpha), part);

    /// <summary>Mixes with a dark violet, because shadows towards black look dead.</summary>
    public static SKColor Darker(SKColor color, double part) => Mix(color, new SKColor(0x20, 0x14, 0x2C, color.Alpha), part);

    public static SKColor Clear(SKColor color, double alpha) => color.WithAlpha((byte)(alpha * 255));

    /// <summary>
    /// Varies the hue by up to 5 degrees, saturation by up to 5 and lightness by up to 4 (out of 100), so that no two animals are alike.
    /// </summary>
    public static SKColor Vary(SKColor color, Dice dice)
    {
        color.ToHsl(out var h, out var s, out var l);
        return SKColor.FromHsl((h + dice.Between(-5, 5) + 360) % 360, Math.Clamp(s + dice.Between(-5, 5), 0, 100),
            Math.Clamp(l + dice.Between(-4, 4), 0, 100));
    }

    private static byte Between(byte a, byte b, double part) => (byte)Math.Round(a + (b - a) * part);
}
