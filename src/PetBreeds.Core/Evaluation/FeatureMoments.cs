using PetBreeds.Models;

namespace PetBreeds.Evaluation;

/// <summary>Mean and deviation of features, accumulated photo by photo (Welford, 1962).</summary>
/// <param name="features">Number of features.</param>
internal sealed class FeatureMoments(int features)
{
    /// <summary>Share of photos within <see cref="FeatureSpace.Limit"/>.</summary>
    public const double Within = .99;

    private const double Floor = .1; // of the mean deviation: a feature that hardly varies must not decide alone

    private readonly double[] _mean = new double[features];
    private readonly double[] _squares = new double[features];

    /// <summary>Number of photos counted.</summary>
    public long Photos { get; private set; }

    /// <summary>Counts a photo.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        Photos++;
        for (var i = 0; i < values.Length; i++)
        {
            var apart = values[i] - _mean[i];
            _mean[i] += apart / Photos;
            _squares[i] += apart * (values[i] - _mean[i]);
        }
    }

    /// <summary>
    /// The space of the photos counted; null if there are fewer than three, or their features are all the same. Whether a photo lies within
    /// the limit is judged without that photo, because each photo draws the mean to itself, which matters if there are few.
    /// </summary>
    /// <param name="photos">The same features again, in any order.</param>
    public FeatureSpace? Space(IEnumerable<float[]> photos)
    {
        var deviation = Array.ConvertAll(_squares, squares => Math.Sqrt(squares / Photos));
        var least = Floor * deviation.Average();
        if (Photos < 3 || !(least > 0))
            return null;
        double[] distances = [.. photos.Select(photo => DistanceFromOthers(photo, least)).Order()];
        var limit = distances[(int)Math.Ceiling(Within * distances.Length) - 1];
        return new FeatureSpace([.. _mean.Select(mean => (float)mean)], [.. deviation.Select(each => (float)Math.Max(each, least))], limit);
    }

    private double DistanceFromOthers(float[] photo, double least)
    {
        var (others, sum) = (Photos - 1.0, 0.0);
        for (var i = 0; i < photo.Length; i++)
        {
            var apart = photo[i] - _mean[i];
            var squares = Math.Max(0, _squares[i] - apart * apart * Photos / others); // of the others, about their own mean
            var deviation = Math.Max(Math.Sqrt(squares / others), least);
            sum += Math.Pow(apart * Photos / others / deviation, 2);
        }
        return Math.Sqrt(sum / photo.Length);
    }
}
