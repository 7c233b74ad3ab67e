namespace PetBreeds.Training;

/// <summary>Exponential moving average of the loss, debiased so that early values count in full (as Adam's; fastai's AvgSmoothLoss).</summary>
/// <param name="beta">Weight of the past, 0 to 1.</param>
public sealed class SmoothedLoss(double beta = .98)
{
    private double _average;
    private int _count;

    /// <summary>The average so far; not a number before the first loss.</summary>
    public double Value => _average / (1 - Math.Pow(beta, _count));

    /// <summary>Takes one batch's loss in and returns <see cref="Value"/>.</summary>
    public double Add(double loss)
    {
        _average = beta * _average + (1 - beta) * loss;
        _count++;
        return Value;
    }
}
