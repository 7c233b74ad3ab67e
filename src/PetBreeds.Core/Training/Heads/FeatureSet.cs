using PetBreeds.Batches;
using static TorchSharp.torch;

namespace PetBreeds.Training.Heads;

/// <summary>The features of photos from a frozen body.</summary>
/// <param name="Values">float32 [views · photos, features], on the CPU: all photos in the first view, then in the next.</param>
/// <param name="Samples">The photos, in order; those that cannot be decoded are left out.</param>
/// <param name="Views">Number of views.</param>
internal sealed record FeatureSet(Tensor Values, IReadOnlyList<Sample> Samples, int Views) : IDisposable
{
    /// <summary>Frees the values.</summary>
    public void Dispose() => Values.Dispose();
}
