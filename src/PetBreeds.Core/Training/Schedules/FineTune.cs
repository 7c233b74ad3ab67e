namespace PetBreeds.Training.Schedules;

/// <summary>A phase of training under one 1cycle schedule.</summary>
/// <param name="Frozen">Whether only the head (and the body's batch norms) learn.</param>
/// <param name="Epochs">Number of epochs, at least 1.</param>
/// <param name="MaxLearningRates">Maximum learning rate of each parameter group, body first, head last.</param>
/// <param name="Cycle">The schedule.</param>
/// <param name="Steps">Total number of steps if the last epoch is cut short; null if all epochs are complete.</param>
internal sealed record Phase(bool Frozen, int Epochs, IReadOnlyList<double> MaxLearningRates, OneCycle Cycle, int? Steps = null);

/// <summary>
/// fastai's <c>fine_tune</c>: the new head learns on a frozen body first; then all layers learn, at half the rate and the early ones
/// slowest.
/// </summary>
internal static class FineTune
{
    /// <summary>fastai's default for <c>base_lr</c>.</summary>
    public const double DefaultRate = 2e-3;

    private const double EarlyLayersSlower = 100; // fastai's lr_mult
    private const double FrozenPctStart = .99, UnfrozenPctStart = .3; // fastai's pct_start of the two phases

    /// <summary>The two phases for one base rate.</summary>
    /// <param name="epochs">Epochs after unfreezing, 0 or more.</param>
    /// <param name="freezeEpochs">Epochs before unfreezing, 0 or more.</param>
    /// <param name="rate">The head's maximum rate while the body is frozen; half of it is used afterwards.</param>
    /// <param name="groups">Number of the model's parameter groups.</param>
    public static IReadOnlyList<Phase> Phases(int epochs, int freezeEpochs, double rate, int groups) =>
        Phases(epochs, freezeEpochs, rate, LearningRates.Spread(rate / 2 / EarlyLayersSlower, rate / 2, groups));

    /// <summary>The two phases for a slice: the unfrozen one uses exactly this slice, the frozen one twice its high end.</summary>
    public static IReadOnlyList<Phase> Phases(int epochs, int freezeEpochs, (double Low, double High) slice, int groups) =>
        Phases(epochs, freezeEpochs, 2 * slice.High, LearningRates.Spread(slice.Low, slice.High, groups));

    private static IReadOnlyList<Phase> Phases(int epochs, int freezeEpochs, double frozenRate, double[] unfrozenRates)
    {
        Phase[] phases =
        [
            new(true, freezeEpochs, LearningRates.LastAndTenth(frozenRate, unfrozenRates.Length), new OneCycle(FrozenPctStart)),
            new(false, epochs, unfrozenRates, new OneCycle(UnfrozenPctStart, Div: 5)),
        ];
        return [.. phases.Where(phase => phase.Epochs > 0)];
    }
}
