namespace PetBreeds.Training.Schedules;

/// <summary>
/// The 1cycle schedule (Smith, "Super-Convergence", 2018) with cosine ramps, as in fastai: the rate rises from max/<see cref="Div"/> to
/// max, then falls to max/<see cref="DivFinal"/>, while the momentum does the reverse. It is a pure function of the position.
/// </summary>
/// <param name="PctStart">Share of the schedule spent rising, above 0 and below 1.</param>
/// <param name="Div">The rate starts at max/Div; above 0.</param>
/// <param name="DivFinal">The rate ends at max/DivFinal; above 0.</param>
/// <param name="HighMomentum">Momentum at both ends.</param>
/// <param name="LowMomentum">Momentum at the peak of the rate.</param>
internal sealed record OneCycle(
    double PctStart, double Div = 25, double DivFinal = 1e5, double HighMomentum = OneCycle.StartMomentum, double LowMomentum = .85)
{
    /// <summary>The momentum at both ends, usually; that of the learning-rate finder, too.</summary>
    public const double StartMomentum = .95;

    /// <summary>The learning rate at a position.</summary>
    /// <param name="max">The group's maximum rate.</param>
    /// <param name="position">Completed steps ÷ total steps, in [0, 1).</param>
    public double LearningRate(double max, double position) => At(position, max / Div, max, max / DivFinal);

    /// <summary>The momentum (Adam's first beta) at a position.</summary>
    public double Momentum(double position) => At(position, HighMomentum, LowMomentum, HighMomentum);

    private double At(double position, double start, double middle, double end) => position < PctStart
        ? Cosine(start, middle, position / PctStart)
        : Cosine(middle, end, (position - PctStart) / (1 - PctStart));

    private static double Cosine(double start, double end, double position) =>
        start + (1 + Math.Cos(Math.PI * (1 - position))) * (end - start) / 2;
}
