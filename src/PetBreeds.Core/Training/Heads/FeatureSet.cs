using PetBreeds.Batches;
using static TorchSharp.torch;

namespace PetBreeds.Training.Heads;

/// <summary>What a frozen body makes of photos.</summary>
/// <param name="Values">float32 [views · photos, features], on the CPU: all photos of the first view, then of the next.</param>
/// <param name="Samples">The photos, in order; those that cannot be decoded are missing.</param>
/// <param name="Views">How many.</param>
internal sealed record FeatureSet(Tensor Values, IReadOnlyList<Sample> Samples, int Views) : IDisposable
{
    /// <summary>Frees the values.</summary>
    public void Dispose() => Values.Dispose();
}
