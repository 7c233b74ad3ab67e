using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Batches.Augmentation;

/// <summary>A rectangle, in shares of the network's input.</summary>
/// <param name="Left">Left edge, 0 to 1.</param>
/// <param name="Top">Top edge, 0 to 1.</param>
/// <param name="Width">Width, above 0.</param>
/// <param name="Height">Height, above 0.</param>
internal readonly record struct ErasedBox(double Left, double Top, double Width, double Height);

/// <summary>
/// Random erasing (Zhong, Zheng, Kang, Li, Yang, 2020) with torchvision's ranges and value: a rectangle with 2 to 33% of the area and an
/// aspect ratio of .3 to 3.3 is set to 0, the mean colour of the normalised input.
/// </summary>
internal static class RandomErasing
{
    private const double MinArea = .02, MaxArea = .33, MinRatio = .3, MaxRatio = 3.3;
    private const int Tries = 10;

    /// <summary>Draws the rectangle for one photo, which depends only on these arguments.</summary>
    /// <returns>The rectangle; null if nothing is erased.</returns>
    public static ErasedBox? Draw(double probability, int seed, int epoch, ulong item)
    {
        var random = new SeededRandom(0xE4A, (ulong)seed, (ulong)epoch, item);
        if (!random.NextBool(probability))
            return null;
        for (var i = 0; i < Tries; i++)
        {
            var area = random.NextDouble(MinArea, MaxArea);
            var ratio = Math.Exp(random.NextDouble(Math.Log(MinRatio), Math.Log(MaxRatio)));
            var (height, width) = (Math.Sqrt(area * ratio), Math.Sqrt(area / ratio));
            if (height < 1 && width < 1)
                return new ErasedBox(random.NextDouble() * (1 - width), random.NextDouble() * (1 - height), width, height);
        }
        return null;
    }

    /// <summary>Erases in place; idempotent.</summary>
    /// <param name="input">float32 [N, 3, H, W], normalised.</param>
    /// <param name="draws">The draws of the N photos.</param>
    public static void Apply(Tensor input, IReadOnlyList<AugmentParams> draws)
    {
        using var scope = NewDisposeScope();
        var (height, width) = (input.shape[2], input.shape[3]);
        for (var i = 0; i < draws.Count; i++)
        {
            if (draws[i].Erased is not { } box)
                continue;
            var (left, right) = (Pixel(box.Left, width), Pixel(box.Left + box.Width, width));
            var (top, bottom) = (Pixel(box.Top, height), Pixel(box.Top + box.Height, height));
            using var rectangle = input.select(0, i).narrow(1, top, bottom - top).narrow(2, left, right - left); // [3, h, w]
            rectangle.zero_();
        }
    }

    private static long Pixel(double share, long side) => (long)Math.Round(Math.Clamp(share, 0, 1) * side);
}
