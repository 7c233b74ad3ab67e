namespace PetBreeds.Training.Schedules;

/// <summary>What the schedules say about one step.</summary>
/// <param name="Step">Counted from 0 through all phases.</param>
/// <param name="Epoch">Position in epochs, fractional, through all phases.</param>
/// <param name="Rates">A learning rate for each parameter group, body first, head last.</param>
/// <param name="Momentum">Adam's first beta.</param>
internal sealed record StepPlan(int Step, double Epoch, IReadOnlyList<double> Rates, double Momentum);

/// <summary>A phase in its place.</summary>
/// <param name="Phase">Which.</param>
/// <param name="FirstEpoch">Epochs before it.</param>
/// <param name="StepsPerEpoch">Of a whole epoch.</param>
internal sealed record PlannedPhase(Phase Phase, int FirstEpoch, int StepsPerEpoch)
{
    /// <summary>Epochs up to its end.</summary>
    public int EndEpoch => FirstEpoch + Phase.Epochs;

    /// <summary>Steps before it.</summary>
    public int FirstStep => FirstEpoch * StepsPerEpoch;

    /// <summary>Its own steps; the last epoch may be cut short.</summary>
    public int Steps => Phase.Steps ?? Phase.Epochs * StepsPerEpoch;

    /// <summary>What is left of an epoch.</summary>
    /// <param name="epoch">Counted from 0 through all phases.</param>
    /// <param name="step">Steps done in all.</param>
    /// <returns>The epoch's batches that are done, and how many follow.</returns>
    public (int Done, int Left) Batches(int epoch, int step)
    {
        var done = step - epoch * StepsPerEpoch;
        return (done, Math.Min(StepsPerEpoch - done, FirstStep + Steps - step));
    }

    /// <summary>The plan of a step of this phase.</summary>
    /// <param name="step">Counted from 0 through all phases.</param>
    /// <param name="rateFactor">What all rates are multiplied by.</param>
    public StepPlan At(int step, double rateFactor = 1)
    {
        var position = (double)(step - FirstStep) / Steps;
        return new StepPlan(step, (double)step / StepsPerEpoch,
            [.. Phase.MaxLearningRates.Select(max => rateFactor * Phase.Cycle.LearningRate(max, position))],
            Phase.Cycle.Momentum(position));
    }
}

/// <summary>Where each step of a training belongs: pure arithmetic.</summary>
internal static class TrainPlan
{
    /// <summary>The phases, one after the other.</summary>
    /// <param name="phases">In order.</param>
    /// <param name="stepsPerEpoch">Batches of an epoch.</param>
    public static IReadOnlyList<PlannedPhase> Of(IReadOnlyList<Phase> phases, int stepsPerEpoch) =>
        [.. phases.Select((phase, i) => new PlannedPhase(phase, phases.Take(i).Sum(earlier => earlier.Epochs), stepsPerEpoch))];
}
