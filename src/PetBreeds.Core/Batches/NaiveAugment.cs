using PetBreeds.Batches.Augmentation;
using PetBreeds.Pixels;
using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Batches;

/// <summary>
/// Augmentation as a chain of separate steps at the network's size, each with its own interpolation and frame: what presizing avoids, kept
/// to show the difference (fast.ai book, chapter 5, "Presizing").
/// </summary>
internal static class NaiveAugment
{
    /// <summary>The steps, in order.</summary>
    public const string Steps = "resize, warp, crop, zoom, rotate";

    /// <summary>
    /// Displacement, as a share of the window's side, from which a pixel counts as taken from elsewhere; interpolation alone moves it less.
    /// </summary>
    private const double Astray = .02;

    /// <summary>Number of interpolations in the chain.</summary>
    public const int Interpolations = 5;

    /// <summary>
    /// Resizes, then warps, crops, zooms and rotates. With crop and zoom about the centre, which commute with the rotation, each output
    /// pixel samples exactly the same spot of the photo as in <see cref="BatchTransform"/>; but where an earlier step cut pixels off, later
    /// ones use mirrored pixels instead.
    /// </summary>
    /// <param name="pixels">float32 [N,3,S,S] in 0..1.</param>
    /// <param name="draws">One draw per photo; lighting is ignored.</param>
    /// <param name="size">Side of the output in pixels.</param>
    /// <returns>float32 [N,3,size,size] in 0..1.</returns>
    public static Tensor Apply(Tensor pixels, IReadOnlyList<AugmentParams> draws, int size)
    {
        using var scope = NewDisposeScope();
        using var transform = new BatchTransform(size, Normalization.ImageNet);
        var none = AugmentParams.Identity;
        Func<AugmentParams, AugmentParams>[] chain =
        [
            _ => none,
            draw => none with { Warp = draw.Warp },
            draw => none with { Flip = draw.Flip, CropArea = draw.CropArea, CropPlace = draw.CropPlace },
            draw => none with { Zoom = draw.Zoom, ZoomCentre = draw.ZoomCentre },
            draw => none with { Rotate = draw.Rotate },
        ];
        foreach (var step in chain)
            pixels = transform.Sample(pixels, [.. draws.Select(step)]);
        return pixels.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Finds the output pixels that are mirrored because an earlier step cut off what they should show, by tracing coordinates.
    /// </summary>
    /// <returns>bool [size · size], row by row.</returns>
    public static bool[] Mirrored(AugmentParams draw, int window, int size)
    {
        using var scope = NewDisposeScope();
        using var transform = new BatchTransform(size, Normalization.ImageNet);
        var axis = TensorMath.Arange(window);
        var places = stack([axis.unsqueeze(0).expand(window, window), axis.unsqueeze(1).expand(window, window)]).unsqueeze(0).contiguous();
        // bool [1,size,size]
        var far = (Apply(places, [draw], size) - transform.Sample(places, [draw])).abs().amax([1]).Gt(window * Astray);
        return far.contiguous().data<bool>().ToArray();
    }
}
