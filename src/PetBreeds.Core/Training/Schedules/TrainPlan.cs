namespace PetBreeds.Training.Schedules;

/// <summary>The schedule's values for one step.</summary>
/// <param name="Step">Number of the step, counted from 0 over all phases.</param>
/// <param name="Epoch">Position in epochs, fractional, over all phases.</param>
/// <param name="Rates">The learning rate of each parameter group, body first, head last.</param>
/// <param name="Momentum">Adam's first beta.</param>
internal sealed record StepPlan(int Step, double Epoch, IReadOnlyList<double> Rates, double Momentum);

/// <summary>A phase and its position in the training.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="FirstEpoch">Epochs before it.</param>
/// <param name="StepsPerEpoch">Steps in a whole epoch.</param>
internal sealed record PlannedPhase(Phase Phase, int FirstEpoch, int StepsPerEpoch)
{
    /// <summary>Number of epochs up to its end.</summary>
    public int EndEpoch => FirstEpoch + Phase.Epochs;

    /// <summary>Number of steps before it.</summary>
    public int FirstStep => FirstEpoch * StepsPerEpoch;

    /// <summary>Number of its own steps; the last epoch may be cut short.</summary>
    public int Steps => Phase.Steps ?? Phase.Epochs * StepsPerEpoch;

    /// <summary>How many batches of an epoch are done and left.</summary>
    /// <param name="epoch">Number of the epoch, counted from 0 over all phases.</param>
    /// <param name="step">Total completed steps.</param>
    /// <returns>The number of the epoch's batches that are done, and of those left.</returns>
    public (int Done, int Left) Batches(int epoch, int step)
    {
        var done = step - epoch * StepsPerEpoch;
        return (done, Math.Min(StepsPerEpoch - done, FirstStep + Steps - step));
    }

    /// <summary>The plan of a step of this phase.</summary>
    /// <param name="step">Number of the step, counted from 0 over all phases.</param>
    /// <param name="rateFactor">Factor of all rates.</param>
    public StepPlan At(int step, double rateFactor = 1)
    {
        var position = (double)(step - FirstStep) / Steps;
        return new StepPlan(step, (double)step / StepsPerEpoch,
            [.. Phase.MaxLearningRates.Select(max => rateFactor * Phase.Cycle.LearningRate(max, position))],
            Phase.Cycle.Momentum(position));
    }
}

/// <summary>Computes where each step of a training belongs.</summary>
internal static class TrainPlan
{
    /// <summary>Places the phases one after the other.</summary>
    /// <param name="phases">The phases, in order.</param>
    /// <param name="stepsPerEpoch">Batches per epoch.</param>
    public static IReadOnlyList<PlannedPhase> Of(IReadOnlyList<Phase> phases, int stepsPerEpoch) =>
        [.. phases.Select((phase, i) => new PlannedPhase(phase, phases.Take(i).Sum(earlier => earlier.Epochs), stepsPerEpoch))];
}
