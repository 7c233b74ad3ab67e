using PetBreeds.Batches;
using PetBreeds.Models;
using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Training;

/// <summary>The finder's curve.</summary>
/// <param name="Rates">Tried, rising.</param>
/// <param name="Losses">Of each batch.</param>
/// <param name="Smoothed">The same, smoothed.</param>
/// <param name="Suggestions">Empty where the curve is too short to read.</param>
public sealed record LearningRateCurve(
    IReadOnlyList<double> Rates, IReadOnlyList<double> Losses, IReadOnlyList<double> Smoothed,
    IReadOnlyList<LearningRateSuggestion> Suggestions)
{
    /// <summary>The suggestion that --lr auto takes.</summary>
    /// <exception cref="UserException">There is none.</exception>
    public LearningRateSuggestion Valley => Suggestions.Count > 0 ? Suggestions[0]
        : throw new UserException("the learning-rate finder's curve is too short to read a rate off", "--lr auto", "Give a rate: --lr 2e-3");
}

/// <summary>
/// The learning-rate range test (Smith, "Cyclical Learning Rates", 2017, section 3.3) as fastai runs it: the rate rises exponentially from
/// 1e-7 to 10 in 100 steps, the same for all groups; it stops once the smoothed loss passes four times its best.
/// </summary>
public static class LearningRateFinder
{
    private const int Iterations = 100;
    private const double Start = 1e-7;
    private const double End = 10;

    /// <summary>
    /// Runs the test with an optimizer of its own; afterwards the model's tensors and torch's random state are what they were before.
    /// </summary>
    /// <param name="model">Frozen or not, as it is to be trained.</param>
    /// <param name="trainer">Makes a trainer around an optimizer.</param>
    /// <param name="training">Photos to try on.</param>
    /// <param name="augment">As in training.</param>
    /// <param name="progress">Steps done, of 100.</param>
    /// <param name="cancel">Looked at between steps.</param>
    /// <exception cref="UserException">Not even the first loss is finite.</exception>
    public static LearningRateCurve Run(
        ImageClassifier model, Func<Adam, Trainer> trainer, BatchLoader training, AugmentOptions augment, Action<int, int> progress,
        CancellationToken cancel)
    {
        using var scope = NewDisposeScope();
        using var before = new ModelSnapshot(model);
        using var optimizer = new Adam(model.ParameterGroups);
        using var tested = trainer(optimizer);
        return Test(tested, optimizer.Groups, model, training, augment, progress, cancel);
    }

    private static LearningRateCurve Test(
        Trainer trainer, int groups, ImageClassifier model, BatchLoader training, AugmentOptions augment, Action<int, int> progress,
        CancellationToken cancel)
    {
        List<double> rates = [], losses = [], smoothedLosses = [];
        var smoothed = new SmoothedLoss();
        var best = double.PositiveInfinity;
        var momentum = new OneCycle().HighMomentum;
        model.train();
        foreach (var batch in Enumerable.Range(0, Iterations).SelectMany(epoch => training.Train(epoch, augment)).Take(Iterations))
        {
            cancel.ThrowIfCancellationRequested();
            var rate = Start * Math.Pow(End / Start, (double)rates.Count / Iterations);
            var loss = double.NaN;
            using (batch) // the loss is read at each step: the test ends where it rises
                trainer.Step(batch, LearningRates.Same(rate, groups), momentum, rates.Count, outcome => loss = HostRead.Values(outcome)[0]);
            if (!double.IsFinite(loss) && rates.Count == 0)
                throw new UserException($"the loss is not finite at the lowest rate ({Start:g1}) already"
                    + (FiniteCheck.FirstBadTensor(model) is { } bad ? $": {bad}" : ""), null, "Look at --weights and at the photos: `petbreeds data verify`.");
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
