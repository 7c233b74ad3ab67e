namespace PetBreeds.Models;

/// <summary>
/// Where the pooled features of photos like the validation photos lie, so that photos of something else can be recognised: softmax is often
/// sure about them.
/// </summary>
/// <param name="Mean">Mean of each feature over the validation photos.</param>
/// <param name="Deviation">Standard deviation of each feature over the validation photos, above 0.</param>
/// <param name="Limit">The <see cref="Distance"/> within which 99% of photos like the validation photos are expected, above 0.</param>
public sealed record FeatureSpace(IReadOnlyList<float> Mean, IReadOnlyList<float> Deviation, double Limit)
{
    /// <summary>
    /// The distance of a photo from the mean: √(mean over the features of ((x − mean) / deviation)²). That is the Mahalanobis distance
    /// with a diagonal covariance (compare Lee et al., "A Simple Unified Framework for Detecting Out-of-Distribution Samples", 2018,
    /// section 2.1), divided by √features. About 1 for photos like the validation photos.
    /// </summary>
    /// <param name="features">The pooled features of the photo's centre crop, as many as <see cref="Mean"/>.</param>
    public double Distance(ReadOnlySpan<float> features)
    {
        if (features.Length != Mean.Count)
            throw new ArgumentException($"{features.Length} features instead of {Mean.Count}", nameof(features));
        var sum = 0.0;
        for (var i = 0; i < features.Length; i++)
        {
            var apart = ((double)features[i] - Mean[i]) / Deviation[i];
            sum += apart * apart;
        }
        return Math.Sqrt(sum / features.Length);
    }

    internal bool IsSound(int features) =>
        Mean is not null && Deviation is not null && Mean.Count == features && Deviation.Count == features
        && Mean.All(float.IsFinite) && Deviation.All(each => float.IsFinite(each) && each > 0) && double.IsFinite(Limit) && Limit > 0;
}
