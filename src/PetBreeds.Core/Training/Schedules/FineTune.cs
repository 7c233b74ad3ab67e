namespace PetBreeds.Training.Schedules;

/// <summary>A stretch of training under one 1cycle.</summary>
/// <param name="Frozen">Whether only the head (and the body's batch norms) learn.</param>
/// <param name="Epochs">At least 1.</param>
/// <param name="MaxLearningRates">One for each parameter group, body first, head last.</param>
/// <param name="Cycle">The schedule.</param>
/// <param name="Steps">In all, where the last epoch is cut short; null: all epochs are whole.</param>
internal sealed record Phase(bool Frozen, int Epochs, IReadOnlyList<double> MaxLearningRates, OneCycle Cycle, int? Steps = null);

/// <summary>
/// fastai's <c>fine_tune</c>: the new head learns on a frozen body first; then all layers learn, early ones slowest, at half the rate.
/// </summary>
internal static class FineTune
{
    /// <summary>fastai's default for <c>base_lr</c>.</summary>
    public const double DefaultRate = 2e-3;

    private const double EarlyLayersSlower = 100; // fastai's lr_mult

    /// <summary>The two phases for one base rate.</summary>
    /// <param name="epochs">After unfreezing; 0 or more.</param>
    /// <param name="freezeEpochs">Before; 0 or more.</param>
    /// <param name="rate">The head's highest rate while frozen; half of it afterwards.</param>
    /// <param name="groups">How many parameter groups the model has.</param>
    public static IReadOnlyList<Phase> Phases(int epochs, int freezeEpochs, double rate, int groups) =>
        Phases(epochs, freezeEpochs, rate, LearningRates.Spread(rate / 2 / EarlyLayersSlower, rate / 2, groups));

    /// <summary>The two phases for a slice: the unfrozen one runs exactly at it, the frozen one at twice the slice's high end.</summary>
    public static IReadOnlyList<Phase> Phases(int epochs, int freezeEpochs, (double Low, double High) slice, int groups) =>
        Phases(epochs, freezeEpochs, 2 * slice.High, LearningRates.Spread(slice.Low, slice.High, groups));

    private static IReadOnlyList<Phase> Phases(int epochs, int freezeEpochs, double frozenRate, double[] unfrozenRates)
    {
        Phase[] phases =
        [
            new(true, freezeEpochs, LearningRates.LastAndTenth(frozenRate, unfrozenRates.Length), new OneCycle(PctStart: .99)),
            new(false, epochs, unfrozenRates, new OneCycle(Div: 5, PctStart: .3)),
        ];
        return [.. phases.Where(phase => phase.Epochs > 0)];
    }
}
