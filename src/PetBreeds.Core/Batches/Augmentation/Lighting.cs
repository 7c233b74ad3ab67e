using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PetBreeds.Batches.Augmentation;

/// <summary>
/// Brightness is added to the logits of the pixels, contrast multiplies them (fastai's lighting space, in which nothing is clipped).
/// </summary>
/// <param name="Shift">Added to the logit.</param>
/// <param name="Scale">Factor of the logit.</param>
internal readonly record struct Lighting(float Shift, float Scale)
{
    /// <summary>fastai's clamp before the logit.</summary>
    public const float Epsilon = 1e-7f;

    /// <returns>The lighting; null if the draw does not change it.</returns>
    public static Lighting? Of(AugmentParams draw) => draw is { Brightness: .5, Contrast: 1 }
        ? null
        : new Lighting((float)Math.Log(draw.Brightness / (1 - draw.Brightness)), (float)draw.Contrast);

    /// <summary>Applies the lighting in place, to pixels in 0 to 1.</summary>
    public void Apply(Span<float> pixels)
    {
        ref var first = ref MemoryMarshal.GetReference(pixels);
        var i = 0;
        for (; i <= pixels.Length - 8; i += 8)
            Apply(Vector256.LoadUnsafe(ref first, (nuint)i)).StoreUnsafe(ref first, (nuint)i);
        for (; i < pixels.Length; i++)
            pixels[i] = Apply(Vector256.Create(pixels[i])).ToScalar();
    }

    private Vector256<float> Apply(Vector256<float> pixel)
    {
        var p = Vector256.Min(Vector256.Max(pixel, Vector256.Create(Epsilon)), Vector256.Create(1 - Epsilon));
        var bits = Log2(p / (Vector256<float>.One - p)) * Vector256.Create(-Scale) + Vector256.Create(-Scale * Shift * Log2OfE);
        return Vector256<float>.One / (Vector256<float>.One + Exp2(bits));
    }

    private const float Log2OfE = 1.442695041f;

    /// <summary>
    /// log₂ to 1e-7, from ln((1 + s)/(1 − s)) = 2(s + s³/3 + s⁵/5 + …) on the mantissa. Vector256.Log takes three times as long, which
    /// would be a third of the augmentation's time.
    /// </summary>
    private static Vector256<float> Log2(Vector256<float> x)
    {
        const int HalfOfTwo = 0x3F3504F3; // √½: mantissas range from √½ to √2
        var shifted = x.AsInt32() - Vector256.Create(HalfOfTwo);
        var exponent = shifted >> 23;
        var mantissa = (x.AsInt32() - (exponent << 23)).AsSingle();
        var s = (mantissa - Vector256<float>.One) / (mantissa + Vector256<float>.One);
        var square = s * s;
        var series = Vector256.Create(1f / 7);
        series = Vector256.FusedMultiplyAdd(series, square, Vector256.Create(1f / 5));
        series = Vector256.FusedMultiplyAdd(series, square, Vector256.Create(1f / 3));
        series = Vector256.FusedMultiplyAdd(series, square, Vector256<float>.One);
        return Vector256.FusedMultiplyAdd(s * series, Vector256.Create(2 * Log2OfE), Vector256.ConvertToSingle(exponent));
    }

    /// <summary>2^x to 2e-7, from the Taylor series of e^(f·ln 2) for the fraction f; arguments are clamped to ±126.</summary>
    private static Vector256<float> Exp2(Vector256<float> x)
    {
        x = Vector256.Min(Vector256.Max(x, Vector256.Create(-126f)), Vector256.Create(126f));
        var whole = Vector256.Round(x);
        var f = (x - whole) * Vector256.Create(1 / Log2OfE);
        var series = Vector256.Create(1f / 720);
        series = Vector256.FusedMultiplyAdd(series, f, Vector256.Create(1f / 120));
        series = Vector256.FusedMultiplyAdd(series, f, Vector256.Create(1f / 24));
        series = Vector256.FusedMultiplyAdd(series, f, Vector256.Create(1f / 6));
        series = Vector256.FusedMultiplyAdd(series, f, Vector256.Create(1f / 2));
        series = Vector256.FusedMultiplyAdd(series, f, Vector256<float>.One);
        series = Vector256.FusedMultiplyAdd(series, f, Vector256<float>.One);
        return (series.AsInt32() + (Vector256.ConvertToInt32(whole) << 23)).AsSingle();
    }
}
