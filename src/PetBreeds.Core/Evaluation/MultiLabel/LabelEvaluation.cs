using PetBreeds.Catalog;
using PetBreeds.Models;

namespace PetBreeds.Evaluation.MultiLabel;

/// <summary>
/// Evaluates a model on photos that may have several labels or none: each class of each photo is a separate answer, yes from a probability
/// of <see cref="Threshold"/>. Metrics are those of scikit-learn, but where that defines 0/0 as 0, this returns NaN and leaves the class
/// out of means.
/// </summary>
/// <param name="classes">Class names, in the order of the outputs.</param>
internal sealed class LabelEvaluation(IReadOnlyList<string> classes)
{
    /// <summary>The threshold of fastai.</summary>
    public const double Threshold = .5;

    private readonly long[] _found = new long[classes.Count];
    private readonly long[] _called = new long[classes.Count];
    private readonly long[] _there = new long[classes.Count];
    private double _wrong, _wrongSquared, _loss;
    private long _exact;

    /// <summary>Number of photos counted.</summary>
    public long Photos { get; private set; }

    /// <summary>Number of photos that could not be read.</summary>
    public int LeftOut { get; internal set; }

    /// <summary>Share of wrong answers over photos × classes.</summary>
    public double Error => _wrong / Photos;

    /// <summary>Share of correct answers: fastai's <c>accuracy_multi</c>.</summary>
    public double Accuracy => 1 - Error;

    /// <summary>
    /// 95% confidence interval of <see cref="Error"/>: 1.96 standard errors over the photos, because the answers about one photo are not
    /// independent. If all photos have the same share of wrong answers, so that their spread is uninformative, it is Wilson's interval, as
    /// if each photo were one answer.
    /// </summary>
    public ErrorInterval ErrorInterval
    {
        get
        {
            var variance = Math.Max(0, _wrongSquared / Photos - Error * Error) / (Photos - 1);
            if (!(variance > 1e-18))
                return ErrorInterval.Wilson((long)Math.Round(_wrong), Photos);
            var half = ErrorInterval.Z * Math.Sqrt(variance);
            return new ErrorInterval(Math.Max(0, Error - half), Math.Min(1, Error + half));
        }
    }

    /// <summary>Share of photos whose labels are all correct (scikit-learn's <c>accuracy_score</c>).</summary>
    public double ExactMatch => (double)_exact / Photos;

    /// <summary>Mean over photos and classes of −ln of the probability of the correct answer.</summary>
    public double LogLoss => _loss / Photos;

    /// <summary>Mean F1 over the classes that have photos or were predicted.</summary>
    public double MacroF1 => PerClass.Select(row => row.F1).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();

    /// <summary>F1 over all answers together (<c>average="micro"</c>).</summary>
    public double MicroF1 => 2.0 * _found.Sum() / (_called.Sum() + _there.Sum());

    /// <summary>The metrics of each class.</summary>
    public IReadOnlyList<ClassResult> PerClass =>
    [
        .. classes.Select((name, i) => new ClassResult(
            name, _there[i], (double)_found[i] / _called[i], (double)_found[i] / _there[i], 2.0 * _found[i] / (_called[i] + _there[i]))),
    ];

    /// <summary>Counts one photo.</summary>
    /// <param name="photo">The photo; its labels are indices into the classes.</param>
    /// <param name="probabilities">Probability of each class, 0 to 1.</param>
    /// <exception cref="UserException">The probabilities are not finite.</exception>
    public void Add(PhotoItem photo, ReadOnlySpan<double> probabilities)
    {
        ArgumentNullException.ThrowIfNull(photo);
        var (wrong, loss) = (0, 0.0);
        for (var i = 0; i < classes.Count; i++)
        {
            var p = probabilities[i];
            if (!double.IsFinite(p))
                throw new UserException("the model's output is not a number", photo.Path,
                    "Its weights are damaged: use a model from an earlier epoch, or train again.");
            var (yes, has) = (p > Threshold, photo.Labels.Contains(i));
            _called[i] += yes ? 1 : 0;
            _there[i] += has ? 1 : 0;
            _found[i] += yes && has ? 1 : 0;
            wrong += yes != has ? 1 : 0;
            loss += Activation.LossOf(p, has);
        }
        var share = (double)wrong / classes.Count;
        (_wrong, _wrongSquared, _loss) = (_wrong + share, _wrongSquared + share * share, _loss + loss / classes.Count);
        _exact += wrong == 0 ? 1 : 0;
        Photos++;
    }

    /// <summary>Evaluates a model on photos.</summary>
    /// <exception cref="UserException">No photo can be read.</exception>
    public static LabelEvaluation Measure(Predictor predictor, IReadOnlyList<PhotoItem> photos, EvaluatorOptions options,
        CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(predictor);
        ArgumentNullException.ThrowIfNull(options);
        var result = new LabelEvaluation(predictor.Card.Classes);
        foreach (var (i, answer) in predictor.Answers(photos.Select(photo => photo.Path), options.Tta, cancel: cancel).Index())
        {
            if (answer.Error is { } error)
            {
                options.Bad?.Invoke(photos[i], error);
                result.LeftOut++;
            }
            else
            {
                result.Add(photos[i], predictor.Probabilities(answer));
            }
            options.Progress?.Invoke(i + 1);
        }
        return result.Photos > 0 ? result : throw new UserException("no photo could be read, so there is nothing to evaluate");
    }
}
