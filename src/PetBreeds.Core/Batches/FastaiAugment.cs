using PetBreeds.Batches.Augmentation;
using PetBreeds.Pixels;
using static TorchSharp.torch;

namespace PetBreeds.Batches;

/// <summary>
/// Augmentation as in fastai, kept for comparison: flip, rotation, zoom and perspective warp at the presized size in one interpolation,
/// then a random resized crop, drawn once for all photos of the batch, in a second one (fastai/vision/augment.py, <c>aug_transforms(size,
/// min_scale)</c>).
/// </summary>
internal static class FastaiAugment
{
    /// <param name="pixels">float32 [N,3,S,S] in 0..1.</param>
    /// <param name="draws">One draw per photo; lighting is ignored, and the crop is that of the first.</param>
    /// <param name="size">Side of the output in pixels.</param>
    /// <returns>float32 [N,3,size,size] in 0..1.</returns>
    public static Tensor Apply(Tensor pixels, IReadOnlyList<AugmentParams> draws, int size)
    {
        using var scope = NewDisposeScope();
        using var whole = new BatchTransform((int)pixels.shape[2], Normalization.ImageNet);
        using var crop = new BatchTransform(size, Normalization.ImageNet);
        var shared = AugmentParams.Identity with { CropArea = draws[0].CropArea, CropPlace = draws[0].CropPlace };
        var turned = whole.Sample(pixels, [.. draws.Select(draw => draw with { CropArea = 1 })]);
        return crop.Sample(turned, [.. draws.Select(_ => shared)]).MoveToOuterDisposeScope();
    }
}
