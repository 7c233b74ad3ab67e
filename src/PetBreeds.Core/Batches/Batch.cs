using PetBreeds.Batches.Augmentation;
using static TorchSharp.torch;

namespace PetBreeds.Batches;

/// <summary>One photo to train or validate on.</summary>
/// <param name="Photo">Its place in the pixel cache.</param>
/// <param name="Label">Class index; not looked at where there are targets.</param>
/// <param name="Key">A stable key of the photo, on which its augmentation hangs.</param>
/// <param name="Targets">[classes], 1 where the photo has the class, else 0, where it may have several or none.</param>
internal sealed record Sample(int Photo, int Label, ulong Key, float[]? Targets = null);

/// <summary>Photos on their way to the device.</summary>
/// <param name="Pixels">
/// uint8 [N, S, S, 3], RGB: a square of presized pixels from each photo; or float32 [N, 3, size, size]: the network's input already.
/// </param>
/// <param name="Labels">
/// int64 [N]; or float32 [N, classes], where a photo may have several labels or none: 1 where it has the class.
/// </param>
/// <param name="Samples">Which photos these are.</param>
/// <param name="Draws">What is to be done to each.</param>
internal sealed record Batch(Tensor Pixels, Tensor Labels, IReadOnlyList<Sample> Samples, IReadOnlyList<AugmentParams> Draws) : IDisposable
{
    /// <summary>How many photos there are.</summary>
    public int Count => Samples.Count;

    /// <summary>Some of the photos: views of the same tensors.</summary>
    internal Batch Slice(int start, int count) => count == Count ? this : new(
        Pixels.narrow(0, start, count), Labels.narrow(0, start, count), [.. Samples.Skip(start).Take(count)],
        [.. Draws.Skip(start).Take(count)]);

    /// <summary>Frees both tensors.</summary>
    public void Dispose()
    {
        Pixels.Dispose();
        Labels.Dispose();
    }
}
