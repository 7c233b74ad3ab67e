using PetBreeds.Batches.Augmentation;
using static TorchSharp.torch;

namespace PetBreeds.Batches;

/// <summary>A photo to train or validate on.</summary>
/// <param name="Photo">Its index in the pixel cache.</param>
/// <param name="Label">Class index; ignored if there are targets.</param>
/// <param name="Key">A stable key of the photo, which determines its augmentation.</param>
/// <param name="Targets">[classes]: 1 if the photo has the class, otherwise 0; null if each photo has exactly one label.</param>
internal sealed record Sample(int Photo, int Label, ulong Key, float[]? Targets = null);

/// <summary>A batch of photos on its way to the device.</summary>
/// <param name="Pixels">
/// uint8 [N, S, S, 3], RGB: a square of presized pixels from each photo; or float32 [N, 3, size, size]: the final input of the network.
/// </param>
/// <param name="Labels">
/// int64 [N]; or, if photos may have several labels or none, float32 [N, classes]: 1 if the photo has the class.
/// </param>
/// <param name="Samples">The photos of the batch.</param>
/// <param name="Draws">The augmentation of each photo.</param>
internal sealed record Batch(Tensor Pixels, Tensor Labels, IReadOnlyList<Sample> Samples, IReadOnlyList<AugmentParams> Draws) : IDisposable
{
    /// <summary>Number of photos.</summary>
    public int Count => Samples.Count;

    /// <summary>A part of the batch, as views of the same tensors.</summary>
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
