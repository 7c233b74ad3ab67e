using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Training.Heads;

/// <summary>The task a head is solved for.</summary>
/// <param name="Targets">float32 [photos, classes]: 1 if a photo has the class, otherwise 0.</param>
/// <param name="Weights">float32 [photos]: the weight of each photo.</param>
/// <param name="Independent">Whether each class is predicted independently (bce).</param>
/// <param name="Parts">The cross-validation fold of each photo; folds are stratified by class.</param>
internal sealed record HeadTask(Tensor Targets, Tensor Weights, bool Independent, int[] Parts);

/// <summary>
/// Solves a linear head: logistic regression on standardised features. Its penalty is chosen by cross-validation on the training photos
/// alone, and its logits are calibrated on the held-out ones, because fine-tuning would damage an overconfident head.
/// </summary>
/// <param name="features">Features of the training photos.</param>
/// <param name="task">Their targets and weights.</param>
/// <param name="progress">Called with a description of what is being solved.</param>
/// <param name="cancel">Checked in each iteration.</param>
internal sealed class HeadSolver(FeatureSet features, HeadTask task, Action<string> progress, CancellationToken cancel)
{
    private const double UsualStrength = 1; // if no photo can be held out
    private const int Patience = 2; // weaker penalties to try after the best one
    private const double CoarseTolerance = 1e-4;
    private const int ManyRows = 4000; // from here on, one view of each photo is used to choose the penalty

    /// <summary>λ from strong to weak; each search starts from the solution of the previous one.</summary>
    private static readonly double[] Strengths = [.. Enumerable.Range(0, 14).Select(i => Math.Pow(10, 1.5 - i / 2.0))];

    private readonly int _photos = features.Samples.Count;
    private readonly int _choosingViews = features.Samples.Count * features.Views > ManyRows ? 1 : features.Views;

    /// <summary>Solves the head.</summary>
    public SolvedHead Solve()
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var (mean, deviation) = features.Values.Moments();
        var least = 1e-6 * deviation.Max() + 1e-12;
        double[] spread = [.. deviation.Select(each => each < least ? each + 1 : each)]; // constant features stay 0
        var x = features.Values.Standardise(mean, spread);
        var choice = Choose(x);
        progress($"solving the head, penalty {choice.Strength:g3}");
        var (targets, weights) = (Rows(task.Targets, features.Views), Rows(task.Weights, features.Views));
        var fit = LogisticRegression.Solve(x, targets, weights, task.Independent, choice.Strength, choice.Near, cancel: cancel);
        var (weight, bias) = Raw(fit, mean, spread, choice.Temperature);
        return new SolvedHead(
            weight, bias, choice.Strength, choice.Temperature, choice.Loss, choice.Error, _photos, features.Views, fit.Converged);
    }

    /// <summary>A penalty, and its results on held-out photos.</summary>
    /// <param name="Strength">λ.</param>
    /// <param name="Temperature">The best temperature.</param>
    /// <param name="Loss">Loss at that temperature.</param>
    /// <param name="Error">Share of wrong predictions.</param>
    /// <param name="Near">A solution for this λ on most of the photos, as a starting point.</param>
    private sealed record Choice(double Strength, double Temperature, double Loss, double Error, LinearFit? Near);

    private Choice Choose(FeatureMatrix x)
    {
        int[] parts = [.. task.Parts.Distinct().Order()];
        var fits = new LinearFit?[parts.Length];
        var best = new Choice(UsualStrength, 1, double.NaN, double.NaN, null);
        var sinceBest = 0;
        if (parts.Length < 2)
            return best;
        foreach (var strength in Strengths)
        {
            using var scope = NewDisposeScope();
            var logits = new List<Tensor>();
            for (var i = 0; i < parts.Length; i++)
            {
                progress($"choosing the head's penalty: {strength:g3}, fold {i + 1} of {parts.Length}");
                logits.Add(HoldOut(x, parts[i], strength, ref fits[i]));
            }
            if (Measure(cat(logits), parts) is not { } held)
                return best;
            var temperature = held.Temperature();
            var loss = held.Loss(temperature);
            if (!(loss >= best.Loss))
                (best, sinceBest) = (new Choice(strength, temperature, loss, task.Independent ? double.NaN : held.Error(), fits[0]), 0);
            else if (++sinceBest == Patience)
                break;
        }
        return best;
    }

    /// <summary>Logits of one fold, in the first view, from a head trained on the other folds. float32 [n, classes].</summary>
    private Tensor HoldOut(FeatureMatrix x, int part, double strength, ref LinearFit? fit)
    {
        using var scope = NewDisposeScope();
        long[] others = [.. Photos(p => p != part)];
        long[] rows = [.. Enumerable.Range(0, _choosingViews).SelectMany(view => others.Select(photo => (long)view * _photos + photo))];
        var (taken, index) = (x.Take(rows), tensor(others));
        var targets = Rows(task.Targets.index_select(0, index), _choosingViews);
        var weights = Rows(task.Weights.index_select(0, index), _choosingViews);
        fit = LogisticRegression.Solve(taken, targets, weights, task.Independent, strength, fit, CoarseTolerance, cancel: cancel);
        var (weight, bias) = (tensor(fit.Weight, [fit.Bias.Length, x.Width]), tensor(fit.Bias));
        var held = x.Take([.. Photos(p => p == part)]);
        return cat([.. held.Blocks().Select(block => nn.functional.linear(block, weight, bias))]).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Results on held-out photos whose class occurs in other folds, too (no head could know the rest), in fold order; null if none.
    /// </summary>
    private HeldOut? Measure(Tensor logits, int[] parts)
    {
        long[] order = [.. parts.SelectMany(part => Photos(p => p == part))];
        var targets = task.Targets.index_select(0, tensor(order));
        var weights = task.Weights.index_select(0, tensor(order));
        if (task.Independent)
            return new HeldOut(logits, targets, weights, task.Independent);
        int[] labels = [.. HostRead.Values(task.Targets.argmax(1)).Select(label => (int)label)];
        var spread = labels.Zip(task.Parts).Distinct().CountBy(pair => pair.First).Where(count => count.Value > 1)
            .Select(count => count.Key)
            .ToHashSet(); // classes that occur in two folds or more
        long[] known = [.. order.Index().Where(entry => spread.Contains(labels[entry.Item])).Select(entry => (long)entry.Index)];
        if (known.Length == 0)
            return null;
        var index = tensor(known);
        return new HeldOut(
            logits.index_select(0, index), targets.index_select(0, index), weights.index_select(0, index), task.Independent);
    }

    private IEnumerable<long> Photos(Func<int, bool> part) =>
        Enumerable.Range(0, _photos).Where(photo => part(task.Parts[photo])).Select(photo => (long)photo);

    /// <summary>Repeats the rows of photos for each view.</summary>
    private static Tensor Rows(Tensor photos, int views) => cat([.. Enumerable.Repeat(photos, views)]);

    /// <summary>The equivalent head for raw features, with its logits divided by the temperature.</summary>
    private static (float[] Weight, float[] Bias) Raw(LinearFit fit, double[] mean, double[] spread, double temperature)
    {
        var (weight, bias) = (new float[fit.Weight.Length], new float[fit.Bias.Length]);
        for (var c = 0; c < bias.Length; c++)
        {
            double sum = fit.Bias[c];
            for (var f = 0; f < mean.Length; f++)
            {
                var w = fit.Weight[c * mean.Length + f] / spread[f];
                sum -= w * mean[f];
                weight[c * mean.Length + f] = (float)(w / temperature);
            }
            bias[c] = (float)(sum / temperature);
        }
        return (weight, bias);
    }
}
