using PetBreeds.Batches;

namespace PetBreeds.Training.Heads;

/// <summary>The features of photos from a frozen body.</summary>
/// <param name="Values">[views · photos, features]: all photos in the first view, then in the next.</param>
/// <param name="Samples">The photos, in order; those that cannot be decoded are left out.</param>
/// <param name="Views">Number of views.</param>
/// <param name="Store">What holds the values; null if the caller does.</param>
internal sealed record FeatureSet(FeatureMatrix Values, IReadOnlyList<Sample> Samples, int Views, FeatureStore? Store = null) : IDisposable
{
    /// <summary>Frees the values.</summary>
    public void Dispose() => Store?.Dispose();
}
