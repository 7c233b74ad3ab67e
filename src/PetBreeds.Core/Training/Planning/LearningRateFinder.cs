using PetBreeds.Models;
using PetBreeds.Training.Losses;
using PetBreeds.Training.Schedules;
using PetBreeds.Training.State;
using PetBreeds.Training.Steps;
using static TorchSharp.torch;

namespace PetBreeds.Training.Planning;

/// <summary>The curve of the learning-rate finder.</summary>
/// <param name="Rates">Learning rates tried, ascending.</param>
/// <param name="Losses">Loss of each batch.</param>
/// <param name="Smoothed">The same losses, smoothed.</param>
/// <param name="Suggestions">Suggested learning rates; empty if the curve is too short.</param>
internal sealed record LearningRateCurve(
    IReadOnlyList<double> Rates, IReadOnlyList<double> Losses, IReadOnlyList<double> Smoothed,
    IReadOnlyList<LearningRateSuggestion> Suggestions)
{
    /// <summary>The suggestion used by the setting <c>lr auto</c>.</summary>
    /// <exception cref="UserException">There is none.</exception>
    public LearningRateSuggestion Valley => Suggestions.Count > 0 ? Suggestions[0]
        : throw new UserException("the learning-rate finder's curve is too short to read a rate off", "`lr auto`",
            "Give a rate, such as `lr 2e-3`.");
}

/// <summary>
/// The learning-rate range test (Smith, "Cyclical Learning Rates", 2017, section 3.3) as run by fastai: the rate rises exponentially from
/// 1e-7 to 10 in 100 steps, the same for all groups; it stops once the smoothed loss passes four times its best.
/// </summary>
internal static class LearningRateFinder
{
    private const int Iterations = 100;
    private const double Start = 1e-7;
    private const double End = 10;

    /// <summary>Whether a session needs its learning rate to be found.</summary>
    public static bool IsWanted(TrainingSession session) => session.Plan.Lr == LearningRate.Auto && session.Plan.AllEpochs > 0;

    /// <summary>Runs the test on a session in the state in which training would start: with a solved head, if it will be solved.</summary>
    /// <param name="session">An open session.</param>
    /// <param name="progress">Called with completed work, total work, and the current activity.</param>
    /// <param name="cancel">Checked between batches.</param>
    public static LearningRateCurve Search(TrainingSession session, Action<double, double, string> progress, CancellationToken cancel)
    {
        session.Head?.Put(session.Head.Solve(head => progress(head.Done, head.Total, head.What), cancel));
        session.Model.Freeze(session.Plan.FreezeEpochs > 0);
        return Run(session, (done, total) => progress(done, total, $"trying rates, step {done}/{total}"), cancel);
    }

    /// <summary>Runs the test with its own optimizer; afterwards, the model's tensors and torch's random state are restored.</summary>
    /// <param name="session">A session whose model is frozen or not, as it will be trained.</param>
    /// <param name="progress">Called with the completed and total number of steps.</param>
    /// <param name="cancel">Checked between steps.</param>
    /// <exception cref="UserException">Not even the first loss is finite.</exception>
    public static LearningRateCurve Run(TrainingSession session, Action<int, int> progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(progress);
        using var scope = NewDisposeScope();
        using var before = new ModelSnapshot(session.Model);
        using var optimizer = session.NewOptimizer();
        using var step = session.Step(optimizer);
        return Test(session, step, optimizer.Groups, progress, cancel);
    }

    private static LearningRateCurve Test(TrainingSession session, TrainStep step, int groups, Action<int, int> progress,
        CancellationToken cancel)
    {
        List<double> rates = [], losses = [], smoothedLosses = [];
        var smoothed = new SmoothedLoss();
        var best = double.PositiveInfinity;
        var momentum = OneCycle.StartMomentum;
        session.Model.train();
        var batches = Enumerable.Range(0, Iterations).SelectMany(epoch => session.Training.Train(epoch, session.Options.Augment));
        foreach (var batch in batches.Take(Iterations))
        {
            cancel.ThrowIfCancellationRequested();
            var rate = Start * Math.Pow(End / Start, (double)rates.Count / Iterations);
            using var _ = batch;
            using var outcome = step.Run(batch, new StepPlan(rates.Count, 0, LearningRates.Same(rate, groups), momentum));
            var loss = outcome.ReadLoss(); // at each step: the test ends when the loss rises
            if (!double.IsFinite(loss) && rates.Count == 0)
                throw new UserException($"the loss is already not finite at the lowest rate ({Start:g1})"
                    + (FiniteCheck.FirstBadTensor(session.Model) is { } bad ? $": {bad}" : ""), null, "Check `weights` and the photos.")
                {
                    Next = NextStep.VerifyData,
                };
            if (!double.IsFinite(loss))
                break;
            rates.Add(rate);
            losses.Add(loss);
            smoothedLosses.Add(smoothed.Add(loss));
            progress(rates.Count, Iterations);
            best = Math.Min(best, smoothed.Value);
            if (smoothed.Value > 4 * best)
                break;
        }
        return new(rates, losses, smoothedLosses, LearningRateSuggestions.All(rates, smoothedLosses, Iterations));
    }
}
