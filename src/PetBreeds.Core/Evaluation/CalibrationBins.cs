namespace PetBreeds.Evaluation;

/// <summary>Photos predicted with similar confidence.</summary>
/// <param name="Low">Lower bound of the confidence, exclusive.</param>
/// <param name="High">Upper bound of the confidence, inclusive.</param>
/// <param name="Photos">Number of photos; may be 0.</param>
/// <param name="Confidence">Mean probability of the predicted class; NaN without photos.</param>
/// <param name="Accuracy">Share of correct predictions; NaN without photos.</param>
internal sealed record CalibrationBin(double Low, double High, long Photos, double Confidence, double Accuracy);

/// <summary>
/// Measures calibration (whether predictions with 80% confidence are right four times out of five) in bins of equal width.
/// </summary>
internal sealed class CalibrationBins
{
    /// <summary>The number of bins, as in Guo et al. (2017).</summary>
    public const int Count = 15;

    private readonly long[] _photos = new long[Count];
    private readonly long[] _right = new long[Count];
    private readonly double[] _confidence = new double[Count];

    /// <summary>The bins, in order of increasing confidence.</summary>
    public IReadOnlyList<CalibrationBin> Bins =>
    [
        .. Enumerable.Range(0, Count).Select(i => new CalibrationBin((double)i / Count, (i + 1.0) / Count, _photos[i],
            _confidence[i] / _photos[i], (double)_right[i] / _photos[i])),
    ];

    /// <summary>
    /// Expected calibration error (Guo et al., 2017, equation 3): the mean distance between confidence and accuracy over the bins, weighted
    /// by photos.
    /// </summary>
    public double Error
    {
        get
        {
            var (distance, photos) = (0.0, 0L);
            for (var i = 0; i < Count; i++)
                (distance, photos) = (distance + Math.Abs(_right[i] - _confidence[i]), photos + _photos[i]);
            return distance / photos;
        }
    }

    /// <summary>Counts one prediction; a bin includes its upper edge.</summary>
    /// <param name="confidence">Probability of the most probable class, 0 to 1.</param>
    /// <param name="right">Whether that class is correct.</param>
    public void Add(double confidence, bool right)
    {
        var bin = Math.Clamp((int)Math.Ceiling(confidence * Count) - 1, 0, Count - 1);
        _photos[bin]++;
        _confidence[bin] += confidence;
        _right[bin] += right ? 1 : 0;
    }
}
