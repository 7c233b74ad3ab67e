namespace PetBreeds.Evaluation;

/// <summary>Mean and spread of a number over repeated runs.</summary>
/// <param name="Count">Runs.</param>
/// <param name="Mean">Of them.</param>
/// <param name="Deviation">Sample standard deviation (over n − 1); not a number for one run.</param>
internal sealed record Spread(int Count, double Mean, double Deviation)
{
    /// <summary>Of some values.</summary>
    /// <param name="values">At least one.</param>
    public static Spread Of(IReadOnlyCollection<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var mean = values.Average();
        return new Spread(values.Count, mean, Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1)));
    }
}
