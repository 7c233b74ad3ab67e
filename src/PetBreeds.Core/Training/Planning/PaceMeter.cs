using System.Diagnostics;
using PetBreeds.Batches;
using PetBreeds.Distributed;
using PetBreeds.Runtime;
using PetBreeds.Training.Optimizers;
using PetBreeds.Training.Schedules;
using PetBreeds.Training.State;
using PetBreeds.Training.Steps;
using static TorchSharp.torch;

namespace PetBreeds.Training.Planning;

/// <summary>Measures how long training steps take, on the training's own photos; afterwards the model is unchanged.</summary>
internal static class PaceMeter
{
    private const double Enough = 3; // seconds for each kind of step
    private const int MostSteps = 8;
    private const double Solving = 1.1; // times the time for the features, to include solving

    /// <summary>Measures some steps of each kind, at a learning rate of zero, and some validation batches.</summary>
    /// <param name="session">A session as it will be trained.</param>
    /// <param name="cancel">Checked between steps.</param>
    public static Pace Measure(TrainingSession session, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(session);
        // asked first, because measuring presizes photos
        var presizing = session.Data.PresizingLeft.TotalSeconds / Environment.ProcessorCount;
        using var scope = NewDisposeScope();
        using var before = new ModelSnapshot(session.Model);
        using var optimizer = session.NewOptimizer();
        using var step = session.Step(optimizer);
        var frozen = session.Plan.FreezeEpochs > 0 ? Seconds(session, step, optimizer, true, cancel) : 0;
        var (unfrozen, validation) = (Seconds(session, step, optimizer, false, cancel), Validation(session, cancel));
        var view = validation * session.Training.Count / Math.Max(1, session.Validation.Count); // forward pass only, as in validation
        return new Pace(frozen, unfrozen, validation, presizing, session.Plan.Solves
            ? session.Plan.Views * view * Solving + validation : 0);
    }

    /// <summary>Seconds per step, including the loader; the first steps, which presize and load code, do not count.</summary>
    private static double Seconds(TrainingSession session, TrainStep step, AdamW optimizer, bool frozen, CancellationToken cancel)
    {
        session.Model.Freeze(frozen);
        session.Model.train();
        optimizer.Reset();
        var rates = LearningRates.Same(0, optimizer.Groups);
        var first = session.Group.FromFirst(Steps(1)); // all take the same number of steps
        var count = (int)Math.Clamp(Enough / first, 1, Math.Min(MostSteps, session.Training.TrainBatches));
        _ = Steps(count); // presizes the photos of the next ones
        return Steps(count) / count;

        double Steps(int steps)
        {
            var clock = Stopwatch.StartNew();
            foreach (var batch in session.Training.Train(0, session.Options.Augment, count: steps))
            {
                cancel.ThrowIfCancellationRequested();
                using var _ = batch;
                using var outcome = step.Run(batch, new StepPlan(0, 0, rates, Momentum: .9));
                outcome.ReadLoss(); // waits for the device
            }
            return clock.Elapsed.TotalSeconds;
        }
    }

    /// <summary>Seconds for a pass over the validation photos, estimated from some batches.</summary>
    private static double Validation(TrainingSession session, CancellationToken cancel)
    {
        session.Model.eval();
        var (clock, photos, batches) = (new Stopwatch(), 0, 0);
        foreach (var batch in session.Validation.Ordered())
        {
            cancel.ThrowIfCancellationRequested();
            using (batch)
                Forward(session.Learner, batch);
            photos += batches > 0 ? batch.Count : 0; // the first loads code
            if (batches++ == 0)
                clock.Start();
            else if (clock.Elapsed.TotalSeconds > Enough)
                break;
        }
        return photos > 0 ? clock.Elapsed.TotalSeconds * session.Validation.Count / photos / session.Group.Size : 1;
    }

    private static void Forward(Learner learner, Batch batch)
    {
        using var scope = NewDisposeScope();
        using var noGradients = inference_mode();
        _ = HostRead.Values(learner.Logits(batch)); // waits for the device
    }
}
