using System.Diagnostics;
using PetBreeds.Training.Configuration;

namespace PetBreeds.Training.Planning;

/// <summary>Plans a training for a given time.</summary>
internal static class TimePlanner
{
    /// <summary>
    /// Measures the pace and plans for the time that was asked for; the session's configuration holds the plan from here on.
    /// </summary>
    /// <param name="session">Ready to train.</param>
    /// <param name="cancel">Looked at between steps.</param>
    /// <returns>Null where no time was asked for.</returns>
    /// <exception cref="UserException">The time is too short.</exception>
    public static TimePlan? Plan(TrainingSession session, CancellationToken cancel)
    {
        if (session.Config.Time is not { } time)
            return null;
        var clock = Stopwatch.StartNew();
        var pace = PaceMeter.Measure(session, cancel);
        pace = pace with { Once = pace.Once + clock.Elapsed.TotalSeconds };
        var plan = TimePlan.Of(TimeText.Parse(time)!.Value, pace, session.Training.TrainBatches, session.Plan.FreezeEpochs);
        session.Adopt(plan.Apply(session.Config));
        return plan;
    }
}
