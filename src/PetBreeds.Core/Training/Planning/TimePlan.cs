using PetBreeds.Distributed;
using PetBreeds.Training.Configuration;

namespace PetBreeds.Training.Planning;

/// <summary>The duration of parts of a training, in seconds.</summary>
/// <param name="FrozenStep">A step with the body frozen.</param>
/// <param name="Step">A step with all layers learning.</param>
/// <param name="Validation">A pass over the validation photos.</param>
/// <param name="Once">Work done once: presizing, and measuring the pace.</param>
/// <param name="Head">Solving and measuring the head; 0 if it is not solved.</param>
internal sealed record Pace(double FrozenStep, double Step, double Validation, double Once = 0, double Head = 0)
{
    /// <summary>Rank 0's measurement, on all ranks, so that all make the same plan.</summary>
    public Pace OfFirst(IProcessGroup group) => new(group.FromFirst(FrozenStep), group.FromFirst(Step), group.FromFirst(Validation),
        group.FromFirst(Once), group.FromFirst(Head));
}

/// <summary>
/// As much training as fits in a time budget, so that the 1cycle schedule ends on time. Epochs are whole if four or more fit after the
/// frozen ones; otherwise the last one is cut short.
/// </summary>
/// <param name="FreezeEpochs">Frozen epochs: as requested, or fewer if those would take more than half the time.</param>
/// <param name="Epochs">Epochs after that, including a shortened one.</param>
/// <param name="Steps">Number of steps in these epochs if the last one is cut short; otherwise null.</param>
/// <param name="Seconds">Expected duration.</param>
internal sealed record TimePlan(int FreezeEpochs, int Epochs, int? Steps, double Seconds)
{
    private const int WholeFrom = 4; // then an unused remainder is at most a fifth
    private const double Margin = .03; // a pace drifts

    /// <summary>Makes a plan.</summary>
    /// <param name="time">The time budget.</param>
    /// <param name="pace">The measured pace.</param>
    /// <param name="batches">Steps per epoch.</param>
    /// <param name="freezeEpochs">Number of frozen epochs requested.</param>
    /// <exception cref="UserException">Not even one step and its validation fit.</exception>
    public static TimePlan Of(TimeSpan time, Pace pace, int batches, int freezeEpochs)
    {
        ArgumentNullException.ThrowIfNull(pace);
        var left = time.TotalSeconds * (1 - Margin) - pace.Once - pace.Head;
        var (frozen, epoch) = (batches * pace.FrozenStep + pace.Validation, batches * pace.Step + pace.Validation);
        while (freezeEpochs > 0 && freezeEpochs * frozen > left / 2)
            freezeEpochs--;
        left -= freezeEpochs * frozen;
        var whole = (int)Math.Min(10_000, left / epoch);
        var rest = (int)((left - whole * epoch - pace.Validation) / pace.Step);
        if (whole < 1 && rest < 1 && pace.Head > 0 && left >= 0)
            return new TimePlan(0, 0, null, pace.Head); // a solved head is a model
        if (whole < 1 && rest < 1)
            throw new UserException($"{time.TotalSeconds:0} s is not enough: preparation takes {pace.Once + pace.Head:0} s here, a step "
                + $"{pace.Step:0.0} s, and "
                + $"validation {pace.Validation:0.0} s",
                "`time`", "Allow more time, or use a smaller `size`, a shallower `arch` or fewer photos.");
        return whole >= WholeFrom || rest < 1
            ? new TimePlan(freezeEpochs, whole, null, pace.Head + freezeEpochs * frozen + whole * epoch)
            : new TimePlan(freezeEpochs, whole + 1, whole * batches + rest,
                pace.Head + freezeEpochs * frozen + whole * epoch + rest * pace.Step + pace.Validation);
    }

    /// <summary>Returns a configuration with this plan instead of a time budget; it repeats the run step by step.</summary>
    public TrainOptions Apply(TrainOptions config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config with { FreezeEpochs = FreezeEpochs, Epochs = Epochs, Steps = Steps, Time = null };
    }
}
