using PetBreeds.Catalog;
using PetBreeds.Models;

namespace PetBreeds.Evaluation;

/// <summary>Options for an evaluation.</summary>
/// <param name="Tta">Whether to average over augmented crops (test-time augmentation).</param>
/// <param name="Each">Called for each prediction, in order.</param>
/// <param name="Bad">Called for each photo that cannot be read and is left out.</param>
/// <param name="Progress">Called with the number of completed photos.</param>
internal sealed record EvaluatorOptions(
    bool Tta = false, Action<PhotoResult>? Each = null, Action<PhotoItem, UserException>? Bad = null, Action<int>? Progress = null);

/// <summary>The result of an evaluation.</summary>
/// <param name="Result">The evaluation at the predictor's temperature.</param>
/// <param name="RawLogLoss">Log loss at temperature 1.</param>
/// <param name="RawCalibration">Calibration at temperature 1.</param>
/// <param name="LeftOut">Number of photos that could not be read.</param>
internal sealed record Measurement(SplitEvaluation Result, double RawLogLoss, CalibrationBins RawCalibration, int LeftOut);

/// <summary>Evaluates a model on labelled photos; memory use does not grow with their number.</summary>
internal static class Evaluator
{
    /// <summary>Evaluates at the predictor's temperature.</summary>
    /// <param name="predictor">The model.</param>
    /// <param name="photos">The photos; their labels are indices into the model's classes.</param>
    /// <param name="options">The options.</param>
    /// <param name="cancel">Checked between batches.</param>
    /// <exception cref="UserException">No photo can be read.</exception>
    public static Measurement Measure(Predictor predictor, IReadOnlyList<PhotoItem> photos, EvaluatorOptions options,
        CancellationToken cancel)
    {
        var count = new Counting(predictor, options);
        foreach (var (photo, answer) in Answers(predictor, photos, options, cancel))
            count.Add(photo, answer);
        return count.Done(photos.Count);
    }

    /// <summary>
    /// Evaluates at the temperature that fits these photos best, and with their space of features; the predictor keeps both. Centre crops
    /// only. The outputs are stored in a temporary file, because temperature and space are known only after all of them.
    /// </summary>
    /// <inheritdoc cref="Measure"/>
    public static Measurement Calibrate(Predictor predictor, IReadOnlyList<PhotoItem> photos, EvaluatorOptions options,
        CancellationToken cancel)
    {
        var features = predictor.Card.Architecture.Features;
        using var waiting = new AnswerFile(predictor.Card.Classes.Count, features);
        var (fit, moments) = (new TemperatureFit(predictor.Card.IndependentClasses), new FeatureMoments(features));
        foreach (var (photo, answer) in Answers(predictor, photos, options with { Tta = false }, cancel, features: true))
        {
            if (answer.Error is null)
            {
                fit.Add(answer.Logits, photo.Label);
                moments.Add(answer.Features);
            }
            waiting.Write(answer);
        }
        predictor.Temperature = fit.Temperature;
        predictor.Space = moments.Space(waiting.Read().Where(answer => answer.Error is null).Select(answer => answer.Features));
        var count = new Counting(predictor, options);
        foreach (var (photo, answer) in photos.Zip(waiting.Read()))
            count.Add(photo, answer with { Distance = answer.Error is null ? predictor.Space?.Distance(answer.Features) : null });
        return count.Done(photos.Count);
    }

    /// <summary>The calibration for the model's card, from an evaluation on validation photos.</summary>
    public static ModelCalibration Calibration(Predictor predictor, Measurement validation)
    {
        ArgumentNullException.ThrowIfNull(predictor);
        ArgumentNullException.ThrowIfNull(validation);
        return new ModelCalibration(predictor.Temperature, RejectionRow.Thresholds(validation.Result)) { FeatureSpace = predictor.Space };
    }

    private static IEnumerable<(PhotoItem Photo, NetworkAnswer Answer)> Answers(
        Predictor predictor, IReadOnlyList<PhotoItem> photos, EvaluatorOptions options, CancellationToken cancel, bool features = false)
    {
        foreach (var (i, answer) in predictor.Answers(photos.Select(photo => photo.Path), options.Tta, features, cancel).Index())
        {
            if (answer.Error is { } error)
                options.Bad?.Invoke(photos[i], error);
            yield return (photos[i], answer);
            options.Progress?.Invoke(i + 1);
        }
    }

    private sealed class Counting(Predictor predictor, EvaluatorOptions options)
    {
        private readonly EvaluationCollector _collector = new(predictor.Card.Classes, predictor.Card.IndependentClasses);
        private readonly CalibrationBins _raw = new();
        private double _rawLoss;

        public void Add(PhotoItem photo, NetworkAnswer answer)
        {
            if (answer.Error is not null)
                return;
            var result = _collector.Add(photo, predictor.Probabilities(answer), predictor.IsUnfamiliar(answer));
            options.Each?.Invoke(result);
            var raw = predictor.Probabilities(answer, temperature: 1);
            _raw.Add(raw.Max(), Array.IndexOf(raw, raw.Max()) == photo.Label);
            _rawLoss += Activation.Loss(raw, photo.Label, predictor.Card.IndependentClasses);
        }

        public Measurement Done(int photos) =>
            new(_collector.Result(), _rawLoss / _collector.Photos, _raw, photos - (int)_collector.Photos);
    }
}
