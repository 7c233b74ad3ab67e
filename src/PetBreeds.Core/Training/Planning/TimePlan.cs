using PetBreeds.Training.Configuration;

namespace PetBreeds.Training.Planning;

/// <summary>How long parts of a training take, in seconds.</summary>
/// <param name="FrozenStep">A step with the body frozen.</param>
/// <param name="Step">A step with all layers learning.</param>
/// <param name="Validation">A pass over the validation photos.</param>
/// <param name="Once">What is done once besides: presizing, and measuring the pace.</param>
/// <param name="Head">Solving and measuring the head; 0 where it is not solved.</param>
internal sealed record Pace(double FrozenStep, double Step, double Validation, double Once = 0, double Head = 0);

/// <summary>
/// As much training as fits into a time, so that the 1cycle ends with it. Whole epochs where four or more fit after the frozen ones, else
/// the last one is cut short.
/// </summary>
/// <param name="FreezeEpochs">Frozen epochs: those asked for, or fewer where they would take more than half the time.</param>
/// <param name="Epochs">Epochs after that, a shortened one counted.</param>
/// <param name="Steps">Their steps, where the last one is shortened; else null.</param>
/// <param name="Seconds">What it should take.</param>
internal sealed record TimePlan(int FreezeEpochs, int Epochs, int? Steps, double Seconds)
{
    private const int WholeFrom = 4; // then a rest that is left over is at most a fifth
    private const double Margin = .03; // a pace drifts

    /// <summary>Plans.</summary>
    /// <param name="time">All there is.</param>
    /// <param name="pace">Measured.</param>
    /// <param name="batches">Steps of an epoch.</param>
    /// <param name="freezeEpochs">Asked for.</param>
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

    /// <summary>A configuration with this plan in place of a time: it repeats the run step by step.</summary>
    public TrainOptions Apply(TrainOptions config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config with { FreezeEpochs = FreezeEpochs, Epochs = Epochs, Steps = Steps, Time = null };
    }
}
