namespace PetBreeds.Evaluation;

/// <summary>Mean and standard deviation of a value over repeated runs.</summary>
/// <param name="Count">Number of runs.</param>
/// <param name="Mean">Mean over them.</param>
/// <param name="Deviation">Sample standard deviation (over n − 1); NaN for a single run.</param>
internal sealed record Spread(int Count, double Mean, double Deviation)
{
    /// <summary>Computes the spread of some values.</summary>
    /// <param name="values">At least one.</param>
    public static Spread Of(IReadOnlyCollection<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var mean = values.Average();
        return new Spread(values.Count, mean, Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1)));
    }
}
