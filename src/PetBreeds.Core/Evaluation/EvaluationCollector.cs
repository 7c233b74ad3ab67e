using PetBreeds.Catalog;
using PetBreeds.Models;

namespace PetBreeds.Evaluation;

/// <summary>
/// Accumulates predictions one by one. Its size depends on the number of classes, not of photos: a matrix, bins, and some notable photos.
/// </summary>
/// <param name="classes">Class names, in the order of the outputs.</param>
/// <param name="independent">Whether each class is predicted independently (see <see cref="Activation.Loss"/>).</param>
/// <param name="keep">How many photos with the highest losses to keep.</param>
internal sealed class EvaluationCollector(IReadOnlyList<string> classes, bool independent = false, int keep = 12)
{
    private const int ExamplesOfPair = 3;

    private readonly PriorityQueue<PhotoResult, double> _worst = new(); // the lowest loss first, to be dequeued
    private readonly Dictionary<(int Actual, int Predicted), List<PhotoResult>> _examples = [];
    private readonly PhotoResult?[] _typical = new PhotoResult?[classes.Count];

    internal IReadOnlyList<string> Classes => classes;

    internal long[,] Counts { get; } = new long[classes.Count, classes.Count];

    internal long TopFive { get; private set; }

    internal double LossSum { get; private set; }

    internal CalibrationBins Calibration { get; } = new();

    internal ConfidenceHistogram RightConfidences { get; } = new();

    internal ConfidenceHistogram WrongConfidences { get; } = new();

    internal long Unfamiliar { get; private set; }

    internal IReadOnlyList<PhotoResult?> Typical => _typical;

    internal IReadOnlyList<PhotoResult> TopLosses =>
        [.. _worst.UnorderedItems.Select(item => item.Element).OrderByDescending(r => r.Loss).ThenBy(r => r.Name, StringComparer.Ordinal)];

    /// <summary>Number of photos counted.</summary>
    public long Photos { get; private set; }

    /// <summary>Counts one prediction.</summary>
    /// <param name="photo">The photo; its label is an index into the classes.</param>
    /// <param name="probabilities">Probability of each class, 0 to 1.</param>
    /// <param name="unfamiliar">Whether the photo is unlike those the model knows, so that it is rejected at any threshold.</param>
    /// <exception cref="UserException">The probabilities are not finite.</exception>
    public PhotoResult Add(PhotoItem photo, ReadOnlySpan<double> probabilities, bool unfamiliar = false)
    {
        if (probabilities.Length != classes.Count)
            throw new ArgumentException($"{probabilities.Length} probabilities for {classes.Count} classes", nameof(probabilities));
        foreach (var p in probabilities)
        {
            if (!double.IsFinite(p))
                throw new UserException("the model's output is not a number", photo.Path,
                    "Its weights are damaged: use a model from an earlier epoch, or train again.");
        }
        var predicted = 0;
        for (var i = 1; i < probabilities.Length; i++)
            predicted = probabilities[i] > probabilities[predicted] ? i : predicted;
        var result = new PhotoResult(photo.Name, photo.Path, photo.Label, predicted, probabilities[predicted], probabilities[photo.Label],
            Activation.Loss(probabilities, photo.Label, independent));
        Count(result, Before(probabilities, photo.Label), unfamiliar);
        Keep(result);
        return result;
    }

    /// <summary>The evaluation of what has been counted so far.</summary>
    /// <exception cref="UserException">Nothing has been counted.</exception>
    public SplitEvaluation Result() =>
        Photos > 0 ? new SplitEvaluation(this)
        : throw new UserException("no photo could be read, so there is nothing to evaluate");

    internal IReadOnlyList<PhotoResult> Examples(int actual, int predicted) => _examples.GetValueOrDefault((actual, predicted)) ?? [];

    /// <summary>
    /// Number of classes ranked before the true one, sorted as in scikit-learn's <c>top_k_accuracy_score</c>: of equal probabilities, the
    /// last class first.
    /// </summary>
    private static int Before(ReadOnlySpan<double> probabilities, int label)
    {
        var before = 0;
        for (var i = 0; i < probabilities.Length; i++)
            before += probabilities[i] > probabilities[label] || (probabilities[i] == probabilities[label] && i > label) ? 1 : 0;
        return before;
    }

    private void Count(PhotoResult result, int before, bool unfamiliar)
    {
        Photos++;
        Unfamiliar += unfamiliar ? 1 : 0;
        Counts[result.Actual, result.Predicted]++;
        TopFive += before < 5 ? 1 : 0;
        LossSum += result.Loss;
        Calibration.Add(result.Probability, result.Right);
        (result.Right ? RightConfidences : WrongConfidences).Add(unfamiliar ? 0 : result.Probability);
    }

    private void Keep(PhotoResult result)
    {
        if (_worst.Count < keep)
            _worst.Enqueue(result, result.Loss);
        else
            _worst.EnqueueDequeue(result, result.Loss);
        if (result.Right)
        {
            if (_typical[result.Actual] is not { } best || result.Probability > best.Probability)
                _typical[result.Actual] = result;
            return;
        }
        if (!_examples.TryGetValue((result.Actual, result.Predicted), out var examples))
            _examples[(result.Actual, result.Predicted)] = examples = new List<PhotoResult>(ExamplesOfPair + 1);
        examples.Add(result);
        examples.Sort((a, b) => b.Loss.CompareTo(a.Loss));
        if (examples.Count > ExamplesOfPair)
            examples.RemoveAt(ExamplesOfPair);
    }
}
