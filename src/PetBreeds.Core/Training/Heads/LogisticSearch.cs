using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace PetBreeds.Training.Heads;

/// <summary>
/// A minimiser at work on a <see cref="LogisticObjective"/>: remembers the best point it looked at, because MathNet's minimisers throw where
/// a line search fails, as it does once float32 no longer tells points apart; and ends the search at the first point that is good enough,
/// for which MathNet has no way but an exception.
/// </summary>
internal sealed class LogisticSearch(LogisticObjective objective, double tolerance, Action? evaluated, CancellationToken cancel)
{
    private double[]? _point;
    private double _value = double.PositiveInfinity;
    private double _loss;
    private int _evaluations;
    private bool _converged;

    public void Run(IUnconstrainedMinimizer minimizer, Vector<double> start)
    {
        try
        {
            minimizer.FindMinimum(ObjectiveFunction.Gradient(Evaluate), start);
        }
        catch (Exception ended) when (ended is GoodEnough or OptimizationException)
        {
        }
    }

    public LinearFit Best()
    {
        int weights = objective.Classes * objective.Features;
        float[] all = Array.ConvertAll(_point!, value => (float)value);
        return new(all[..weights], all[weights..], _loss, _evaluations, _converged);
    }

    private (double Value, Vector<double> Gradient) Evaluate(Vector<double> vector)
    {
        cancel.ThrowIfCancellationRequested();
        double[] point = vector.AsArray();
        var (value, loss, gradient) = objective.At(point);
        _evaluations++;
        evaluated?.Invoke();
        _converged = Largest(gradient) <= tolerance * Math.Max(1, value);
        if (_converged || value < _value)
            (_point, _value, _loss) = (point, value, loss);
        return _converged ? throw new GoodEnough() : (value, Vector<double>.Build.Dense(gradient));
    }

    private static double Largest(double[] gradient)
    {
        double largest = 0;
        foreach (double element in gradient)
            largest = Math.Max(largest, Math.Abs(element));
        return largest;
    }

    private sealed class GoodEnough : Exception;
}
