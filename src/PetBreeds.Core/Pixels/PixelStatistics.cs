namespace PetBreeds.Pixels;

/// <summary>
/// Mean and standard deviation of each channel over any number of photos, computed exactly: bytes are counted, not summed.
/// </summary>
internal sealed class PixelStatistics
{
    private readonly long[] _counts = new long[3 * 256];

    /// <summary>Number of photos added.</summary>
    public int Photos { get; private set; }

    /// <summary>Mean of red, green and blue, 0 to 1; NaN before the first photo.</summary>
    public IReadOnlyList<double> Mean => [.. Enumerable.Range(0, 3).Select(MeanOf)];

    /// <summary>Standard deviation of red, green and blue, of pixels scaled to 0 to 1.</summary>
    public IReadOnlyList<double> Std => [.. Enumerable.Range(0, 3).Select(StdOf)];

    /// <summary>Adds a photo.</summary>
    /// <param name="pixels">uint8 [H,W,3].</param>
    public void Add(ReadOnlySpan<byte> pixels)
    {
        Photos++;
        for (var i = 0; i + 2 < pixels.Length; i += 3)
        {
            _counts[pixels[i]]++;
            _counts[256 + pixels[i + 1]]++;
            _counts[512 + pixels[i + 2]]++;
        }
    }

    private double MeanOf(int channel) => Moment(channel, value => value);

    private double StdOf(int channel)
    {
        var mean = MeanOf(channel);
        return Math.Sqrt(Moment(channel, value => (value - mean) * (value - mean)));
    }

    private double Moment(int channel, Func<double, double> of)
    {
        var (sum, count) = (0.0, 0L);
        for (var value = 0; value < 256; value++)
        {
            sum += _counts[channel * 256 + value] * of(value / 255.0);
            count += _counts[channel * 256 + value];
        }
        return sum / count;
    }
}
