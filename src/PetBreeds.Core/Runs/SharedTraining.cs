using PetBreeds.Distributed;
using PetBreeds.Training;
using PetBreeds.Training.Checkpoints;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Planning;

namespace PetBreeds.Runs;

/// <summary>
/// A training as every rank but the first takes part in it: it computes its share and makes the same updates, but writes nothing. Its
/// counterpart on rank 0 is <see cref="TrainingRun"/>.
/// </summary>
internal static class SharedTraining
{
    /// <summary>Takes part in a new run; <see cref="TrainingRun.Begin"/> and Fit on rank 0.</summary>
    /// <param name="config">The settings, the same as on rank 0.</param>
    /// <param name="group">The processes.</param>
    /// <param name="cancel">Checked between batches.</param>
    public static void Train(TrainOptions config, IProcessGroup group, CancellationToken cancel)
    {
        using var session = TrainingSession.Open(config, new SetupProgress(), cancel, group: group);
        double? rate = LearningRateFinder.IsWanted(session) ? FindRate(session, cancel).Valley.LearningRate : null;
        _ = TimePlanner.Plan(session, cancel);
        Fit(session, rate, from: null, cancel);
    }

    /// <summary>Takes part in a resumed run; <see cref="TrainingRun.Resume"/> and Fit on rank 0.</summary>
    /// <param name="given">The settings given for the resumption, the same as on rank 0.</param>
    /// <param name="group">The processes.</param>
    /// <param name="cancel">Checked between batches.</param>
    public static void Resume(IReadOnlyList<GivenSetting> given, IProcessGroup group, CancellationToken cancel)
    {
        var from = Checkpointer.Newest(group, () => null)
            ?? throw new InvalidOperationException("rank 0 resumes from no checkpoint");
        using var session = TrainingSession.Open(ResumeCheck.Config(from.Run, given), new SetupProgress(), cancel, from.Run, group);
        Fit(session, from.Run.FoundRate, from, cancel);
    }

    /// <summary>Takes part in the learning-rate finder.</summary>
    public static LearningRateCurve FindRate(TrainingSession session, CancellationToken cancel) =>
        LearningRateFinder.Search(session, (_, _, _) => { }, cancel);

    private static void Fit(TrainingSession session, double? rate, CheckpointInfo? from, CancellationToken cancel)
    {
        using var optimizer = session.NewOptimizer();
        using var trainer = session.Trainer(optimizer);
        if (from is not null)
            trainer.Restore(from);
        trainer.Fit(session.Phases(rate), new RunObservers(), cancel);
    }
}
