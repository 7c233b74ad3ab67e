using System.Diagnostics;
using PetBreeds.Batches;
using PetBreeds.Runtime;
using PetBreeds.Training.Optimizers;
using PetBreeds.Training.Schedules;
using PetBreeds.Training.Steps;
using static TorchSharp.torch;

namespace PetBreeds.Training.Benchmarks;

/// <summary>
/// Compares a training with its bound: whole steps on one resident batch. Bound, later epochs and first epoch are measured in alternating
/// turns, so that other load on the machine affects them all alike. The model is trained with a learning rate of zero: it does not change,
/// except for the statistics of its batch norms.
/// </summary>
internal sealed class TrainingBenchmark
{
    private const double SecondsOfATurn = 4;
    private const int FewestSteps = 3;

    private readonly TrainingSession _session;
    private readonly TrainStep _trainStep;
    private readonly AdamW _optimizer;
    private readonly double[] _rates;
    private int _step;

    private TrainingBenchmark(TrainingSession session, AdamW optimizer, TrainStep step)
    {
        (_session, _optimizer, _trainStep) = (session, optimizer, step);
        _rates = [.. Enumerable.Repeat(0.0, optimizer.Groups)];
    }

    /// <summary>Runs the benchmark.</summary>
    /// <param name="session">A session opened as for training.</param>
    /// <param name="turns">Number of turns, at least 1.</param>
    /// <param name="first">
    /// Whether to measure the first epoch too: photos are presized into a separate cache, which is removed afterwards.
    /// </param>
    /// <param name="progress">Called with the completed and total turns.</param>
    /// <param name="cancel">Checked between turns.</param>
    public static BenchReport Run(TrainingSession session, int turns, bool first, Action<int, int> progress, CancellationToken cancel)
    {
        using var optimizer = session.NewOptimizer();
        using var step = session.Step(optimizer);
        session.Model.train();
        return new TrainingBenchmark(session, optimizer, step).Measure(turns, first, progress, cancel);
    }

    private BenchReport Measure(int turns, bool first, Action<int, int> progress, CancellationToken cancel)
    {
        using var resident = _session.Training.Train(0, _session.Options.Augment, count: 1).Single();
        Resident(resident, 2); // loads code, fills the allocator's cache
        var steps = Math.Min(_session.Training.TrainBatches, Math.Max(FewestSteps, (int)(SecondsOfATurn / Resident(resident, 1))));
        Resident(resident, steps);
        var peak = Peak();
        EndToEnd(_session.Training, 1, 0, steps); // presizes missing photos

        using var fresh = first ? FreshData.Open(_session) : null;
        List<double> bound = [Resident(resident, steps)], later = [], cold = [];
        var allocated = 0L;
        for (var turn = 0; turn < turns; turn++)
        {
            cancel.ThrowIfCancellationRequested();
            progress(turn, turns);
            var before = GC.GetTotalAllocatedBytes(precise: true);
            later.Add(EndToEnd(_session.Training, 1, 0, steps));
            allocated = (GC.GetTotalAllocatedBytes(precise: true) - before) / steps;
            if (fresh?.Take(steps) is { } from)
                cold.Add(EndToEnd(fresh.Loader, 0, from, steps));
            bound.Add(Resident(resident, steps));
        }
        var photos = steps * resident.Count;
        var speed = photos / bound.Average();
        var stages = new StageClock(_session, _optimizer, resident).Measure(speed, cancel);
        return new BenchReport(stages, speed, Ratio(later)!, Ratio(cold), Sentence(stages, speed), allocated, Peak(), Peak() - peak);

        BenchRatio? Ratio(List<double> times) => times.Count == 0 ? null : new(photos / times.Average(),
            times.Select((_, i) => (bound[i] + bound[i + 1]) / 2).Sum() / times.Sum(), // each compared with its neighbours
            [.. times.Select((time, i) => (bound[i] + bound[i + 1]) / 2 / time)]);
    }

    private double Resident(Batch batch, int steps)
    {
        var clock = Stopwatch.StartNew();
        using var scope = NewDisposeScope();
        using var input = batch with
        {
            Pixels = _session.Transform.Input(batch, _session.Device),
            Labels = batch.Labels.to(_session.Device)
        };
        for (var i = 0; i < steps; i++)
            Step(input);
        Wait();
        return clock.Elapsed.TotalSeconds;
    }

    private double EndToEnd(BatchLoader loader, int epoch, int from, int steps)
    {
        var clock = Stopwatch.StartNew();
        foreach (var batch in loader.Train(epoch, _session.Options.Augment, from, steps))
            using (batch)
                Step(batch);
        Wait();
        return clock.Elapsed.TotalSeconds;
    }

    private void Step(Batch batch) => _trainStep.Run(batch, new StepPlan(_step++, 0, _rates, Momentum: .9)).Dispose();

    private void Wait() => DeviceTraits.Of(_session.Device).Synchronize();

    private string Sentence(IReadOnlyList<BenchStage> stages, double bound)
    {
        var slowest = stages.MinBy(stage => stage.ImagesPerSecond)!;
        var network = stages.Where(stage => stage.Name is "forward" or "backward" or "optimizer").Sum(stage => stage.Share);
        return slowest.ImagesPerSecond < bound
            ? $"{slowest.Name}: it delivers {slowest.ImagesPerSecond:0.0} images/s{(slowest.Once ? " in the first epoch" : "")}, "
                + $"but the network on {_session.Device} could process {bound:0.0}"
            : $"the network: its arithmetic takes {network:0%} of a step on {_session.Device}; everything else overlaps with it";
    }

    private static long Peak()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
