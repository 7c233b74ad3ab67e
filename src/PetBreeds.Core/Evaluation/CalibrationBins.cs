namespace PetBreeds.Evaluation;

/// <summary>Photos whose answer was about equally sure.</summary>
/// <param name="Low">Probabilities above this.</param>
/// <param name="High">And up to this.</param>
/// <param name="Photos">How many; may be 0.</param>
/// <param name="Confidence">Mean probability of the answer; not a number without photos.</param>
/// <param name="Accuracy">Share of right answers; not a number without photos.</param>
internal sealed record CalibrationBin(double Low, double High, long Photos, double Confidence, double Accuracy);

/// <summary>Whether answers that are 80% sure are right four times of five: counts in bins of equal width.</summary>
internal sealed class CalibrationBins
{
    /// <summary>As many as Guo et al. (2017) use.</summary>
    public const int Count = 15;

    private readonly long[] _photos = new long[Count];
    private readonly long[] _right = new long[Count];
    private readonly double[] _confidence = new double[Count];

    /// <summary>The bins, from unsure to sure.</summary>
    public IReadOnlyList<CalibrationBin> Bins =>
    [
        .. Enumerable.Range(0, Count).Select(i => new CalibrationBin((double)i / Count, (i + 1.0) / Count, _photos[i],
            _confidence[i] / _photos[i], (double)_right[i] / _photos[i])),
    ];

    /// <summary>
    /// Expected calibration error (Guo et al., 2017, equation 3): the mean distance of confidence and accuracy over the bins, by photos.
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

    /// <summary>Counts one answer; a bin takes its upper edge.</summary>
    /// <param name="confidence">Probability of the most probable class, 0 to 1.</param>
    /// <param name="right">Whether that class is the right one.</param>
    public void Add(double confidence, bool right)
    {
        var bin = Math.Clamp((int)Math.Ceiling(confidence * Count) - 1, 0, Count - 1);
        _photos[bin]++;
        _confidence[bin] += confidence;
        _right[bin] += right ? 1 : 0;
    }
}
