using MathNet.Numerics.Statistics;
using PetBreeds.Models;

namespace PetBreeds.Evaluation;

/// <summary>Mean and deviation of features, accumulated photo by photo: not all features fit in memory.</summary>
/// <param name="features">Number of features.</param>
internal sealed class FeatureMoments(int features)
{
    private const double Within = .99; // share of photos within the limit
    private const double Floor = .1; // of the mean deviation: a feature that hardly varies must not decide alone

    private readonly RunningStatistics[] _features = [.. Enumerable.Range(0, features).Select(_ => new RunningStatistics())];

    private long Photos => _features[0].Count;

    /// <summary>Counts a photo.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        for (var i = 0; i < values.Length; i++)
            _features[i].Push(values[i]);
    }

    /// <summary>
    /// The space of the photos counted; null if there are fewer than three, or their features are all the same. Whether a photo lies within
    /// the limit is judged without that photo, because each photo draws the mean to itself, which matters if there are few.
    /// </summary>
    /// <param name="photos">The same features again, in any order.</param>
    public FeatureSpace? Space(IEnumerable<float[]> photos)
    {
        if (Photos < 3)
            return null;
        double[] deviation = [.. _features.Select(feature => feature.PopulationStandardDeviation)];
        var least = Floor * deviation.Average();
        if (least == 0)
            return null;
        double[] distances = [.. photos.Select(photo => DistanceFromOthers(photo, least)).Order()];
        var limit = distances[(int)Math.Ceiling(Within * distances.Length) - 1];
        return new FeatureSpace([.. _features.Select(feature => (float)feature.Mean)],
            [.. deviation.Select(each => (float)Math.Max(each, least))], limit);
    }

    private double DistanceFromOthers(float[] photo, double least)
    {
        var (ratio, sum) = (Photos / (Photos - 1.0), 0.0);
        for (var i = 0; i < photo.Length; i++)
        {
            var apart = photo[i] - _features[i].Mean;
            var variance = ratio * (_features[i].PopulationVariance - apart * apart / (Photos - 1)); // of the others, about their own mean
            var deviation = Math.Max(Math.Sqrt(Math.Max(0, variance)), least);
            sum += Math.Pow(ratio * apart / deviation, 2);
        }
        return Math.Sqrt(sum / photo.Length);
    }
}
