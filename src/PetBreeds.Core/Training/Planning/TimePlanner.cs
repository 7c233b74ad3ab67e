using System.Diagnostics;

namespace PetBreeds.Training.Planning;

/// <summary>Plans a training for a time budget.</summary>
internal static class TimePlanner
{
    /// <summary>Measures the pace and plans for the requested time; from then on, the session's configuration contains the plan.</summary>
    /// <param name="session">Ready to train.</param>
    /// <param name="cancel">Checked between steps.</param>
    /// <returns>The plan; null if no time was requested.</returns>
    /// <exception cref="UserException">The time is too short.</exception>
    public static TimePlan? Plan(TrainingSession session, CancellationToken cancel)
    {
        if (session.Config.Time is not { } time)
            return null;
        var clock = Stopwatch.StartNew();
        var pace = PaceMeter.Measure(session, cancel);
        pace = (pace with { Once = pace.Once + clock.Elapsed.TotalSeconds }).OfFirst(session.Group);
        var plan = TimePlan.Of(time, pace, session.Training.TrainBatches, session.Plan.FreezeEpochs);
        session.Adopt(plan.Apply(session.Config));
        return plan;
    }
}
