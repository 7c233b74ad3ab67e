using System.Diagnostics;
using PetBreeds.Batches;
using PetBreeds.Runtime;
using PetBreeds.Training.Optimizers;
using PetBreeds.Training.Schedules;
using PetBreeds.Training.State;
using PetBreeds.Training.Steps;
using static TorchSharp.torch;

namespace PetBreeds.Training.Planning;

/// <summary>Measures how long the steps of a training take, on its own photos; afterwards the model is what it was.</summary>
internal static class PaceMeter
{
    private const double Enough = 3; // seconds of each kind of step
    private const int MostSteps = 8;
    private const double Solving = 1.1; // of the features' time, the solution included

    /// <summary>Measures: some steps of each kind at a rate of zero, and some batches of validation.</summary>
    /// <param name="session">As it is to be trained.</param>
    /// <param name="cancel">Looked at between steps.</param>
    public static Pace Measure(TrainingSession session, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(session);
        // asked first: what is measured is presized then
        var presizing = session.Data.PresizingLeft.TotalSeconds / Environment.ProcessorCount;
        using var scope = NewDisposeScope();
        using var before = new ModelSnapshot(session.Model);
        using var optimizer = new Adam(session.Model.ParameterGroups);
        using var step = session.Step(optimizer);
        var frozen = session.Plan.FreezeEpochs > 0 ? Seconds(session, step, optimizer, true, cancel) : 0;
        var (unfrozen, validation) = (Seconds(session, step, optimizer, false, cancel), Validation(session, cancel));
        var view = validation * session.Training.Count / Math.Max(1, session.Validation.Count); // forward only, as validation is
        return new Pace(frozen, unfrozen, validation, presizing, session.Plan.Solves
            ? session.Plan.Views * view * Solving + validation : 0);
    }

    /// <summary>Seconds a step, the loader included; the first, which presizes and loads code, is not counted.</summary>
    private static double Seconds(TrainingSession session, TrainStep step, Adam optimizer, bool frozen, CancellationToken cancel)
    {
        session.Model.Freeze(frozen);
        session.Model.train();
        optimizer.Reset();
        var rates = LearningRates.Same(0, optimizer.Groups);
        var first = Steps(1);
        var count = (int)Math.Clamp(Enough / first, 1, Math.Min(MostSteps, session.Training.TrainBatches));
        _ = Steps(count); // presizes what the next ones take
        return Steps(count) / count;

        double Steps(int steps)
        {
            var clock = Stopwatch.StartNew();
            foreach (var batch in session.Training.Train(0, session.Options.Augment, count: steps))
            {
                cancel.ThrowIfCancellationRequested();
                using var _ = batch;
                using var outcome = step.Run(batch, new StepPlan(0, 0, rates, Momentum: .9));
                outcome.ReadLoss(); // waits until the device is done
            }
            return clock.Elapsed.TotalSeconds;
        }
    }

    /// <summary>Seconds of a pass over the validation photos, from some of its batches.</summary>
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
        return photos > 0 ? clock.Elapsed.TotalSeconds * session.Validation.Count / photos : 1;
    }

    private static void Forward(Learner learner, Batch batch)
    {
        using var scope = NewDisposeScope();
        using var noGradients = inference_mode();
        _ = HostRead.Values(learner.Logits(batch)); // waits until the device is done
    }
}
