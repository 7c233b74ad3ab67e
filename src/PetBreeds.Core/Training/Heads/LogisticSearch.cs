using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;
using MathNet.Numerics.Optimization.ObjectiveFunctions;

namespace PetBreeds.Training.Heads;

/// <summary>
/// Runs a minimiser on a <see cref="LogisticObjective"/>. It remembers the best point evaluated, because MathNet's minimisers throw when a
/// line search fails, and stops at the first point that is good enough, which MathNet only allows by an exception.
/// </summary>
internal sealed class LogisticSearch(LogisticObjective objective, double tolerance, Action? evaluated, CancellationToken cancel)
{
    /// <summary>
    /// The difference between two values, relative to the value if that is above 1, that float32 needs to tell which is lower.
    /// </summary>
    private const double Noise = 1e-6;

    private double[]? _point;
    private double _value = double.PositiveInfinity;
    private double _loss;
    private int _evaluations;
    private bool _converged;

    public void Run(IUnconstrainedMinimizer minimizer, Vector<double> start)
    {
        try
        {
            minimizer.FindMinimum(new Trial(this, null), start);
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

    private (double Value, double[] Gradient) Evaluate(double[] point)
    {
        cancel.ThrowIfCancellationRequested();
        var (value, loss, gradient) = objective.At(point);
        _evaluations++;
        evaluated?.Invoke();
        _converged = Largest(gradient) <= tolerance * Math.Max(1, value);
        if (_converged || _point is null || value < _value)
            (_point, _value, _loss) = (point, value, loss);
        return _converged ? throw new GoodEnough() : (value, gradient);
    }

    private static double Largest(double[] gradient)
    {
        double largest = 0;
        foreach (double element in gradient)
            largest = Math.Max(largest, Math.Abs(element));
        return largest;
    }

    /// <summary>
    /// A point that a line search tries. If its value and that of the search's origin are too close for float32, their difference is
    /// computed from the gradients by the trapezoidal rule, which is exact for a parabola. MathNet's test of sufficient decrease thus
    /// becomes the approximate one of Hager and Zhang (2005, "A new conjugate gradient method with guaranteed descent and an efficient line
    /// search", eq. 4.1), without which line searches near the minimum halve their steps in vain.
    /// </summary>
    private sealed class Trial(LogisticSearch search, Trial? origin)
        : ObjectiveFunctionBase(isGradientSupported: true, isHessianSupported: false)
    {
        private Trial? _origin = origin;
        private double _measured;

        /// <summary>A line search starts here. The point's origin is dropped, or all earlier points would stay alive.</summary>
        public override IObjectiveFunction CreateNew()
        {
            _origin = null;
            return new Trial(search, this);
        }

        protected override void Evaluate()
        {
            (_measured, double[] gradient) = search.Evaluate(Point.AsArray());
            Gradient = Vector<double>.Build.Dense(gradient);
            Value = _origin is null ? _measured : _origin.Value + Difference(_origin);
        }

        private double Difference(Trial from)
        {
            double measured = _measured - from._measured;
            return Math.Abs(measured) > Noise * Math.Max(1, _measured)
                ? measured
                : (from.Gradient + Gradient).DotProduct(Point - from.Point) / 2;
        }
    }

    private sealed class GoodEnough : Exception;
}
