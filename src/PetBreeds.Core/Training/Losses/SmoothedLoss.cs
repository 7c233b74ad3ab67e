using PetBreeds.Runtime;
using PetBreeds.Training.State;
using static TorchSharp.torch;

namespace PetBreeds.Training.Losses;

/// <summary>
/// Exponential moving average of the loss, debiased so that early values count in full (as in Adam; fastai's <c>AvgSmoothLoss</c>).
/// </summary>
/// <param name="beta">Weight of the past, 0 to 1.</param>
internal sealed class SmoothedLoss(double beta = .98) : IStateful
{
    private double _average;
    private long _count;

    /// <summary>The average so far; NaN before the first loss.</summary>
    public double Value => _average / (1 - Math.Pow(beta, _count));

    /// <summary>Adds the loss of one batch and returns <see cref="Value"/>.</summary>
    public double Add(double loss)
    {
        _average = beta * _average + (1 - beta) * loss;
        _count++;
        return Value;
    }

    /// <summary>Resets the average.</summary>
    public void Reset() => (_average, _count) = (0, 0);

    /// <summary><c>average</c> (float64 []) and <c>count</c> (int64 []), on the CPU. The caller disposes them.</summary>
    public IReadOnlyDictionary<string, Tensor> State() =>
        new Dictionary<string, Tensor> { ["average"] = tensor(_average), ["count"] = tensor(_count) };

    /// <summary>Restores what <see cref="State"/> returned.</summary>
    /// <exception cref="UserException">A tensor is missing or of another type.</exception>
    public void Restore(IReadOnlyDictionary<string, Tensor> state)
    {
        var average = SavedState.Require(state, "the smoothed loss", "average", ScalarType.Float64, []);
        var count = SavedState.Require(state, "the smoothed loss", "count", ScalarType.Int64, []);
        (_average, _count) = (HostRead.Values(average)[0], (long)HostRead.Values(count)[0]);
    }
}
