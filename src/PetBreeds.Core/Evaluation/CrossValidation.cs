using PetBreeds.Catalog;
using PetBreeds.Catalog.Splits;
using PetBreeds.Distributed;
using PetBreeds.Models;
using PetBreeds.Runtime;
using PetBreeds.Training;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Losses;
using PetBreeds.Training.Steps;
using static TorchSharp.torch;

namespace PetBreeds.Evaluation;

/// <summary>The result of one fold.</summary>
/// <param name="Fold">Number of the fold, counted from 1.</param>
/// <param name="Photos">Number of photos of the fold that could be evaluated.</param>
/// <param name="Error">Share of wrong predictions on them, 0 to 1.</param>
/// <param name="Loss">Mean loss over them: the training loss, without label smoothing or class weights.</param>
internal sealed record FoldResult(int Fold, int Photos, double Error, double Loss);

/// <summary>The errors of all folds, and a prediction for every photo from models that were not trained on it.</summary>
/// <param name="Folds">The folds, in order.</param>
/// <param name="Answers">The predictions, in the catalog's order; photos that cannot be decoded are left out.</param>
internal sealed record CrossValidated(IReadOnlyList<FoldResult> Folds, IReadOnlyList<OutOfFoldAnswer> Answers)
{
    /// <summary>Mean error of the folds.</summary>
    public double MeanError => Folds.Average(fold => fold.Error);

    /// <summary>Standard deviation of the folds' errors (of the sample: over K − 1).</summary>
    public double ErrorDeviation => Math.Sqrt(Folds.Sum(fold => Math.Pow(fold.Error - MeanError, 2)) / (Folds.Count - 1));
}

/// <summary>The result of one fold, and its model's predictions.</summary>
/// <param name="Result">The result.</param>
/// <param name="Part">The probabilities of the fold's photos, by the photo's place in the catalog.</param>
/// <param name="Others">Those of photos outside the training split.</param>
internal sealed record FoldOutcome(
    FoldResult Result, IReadOnlyList<KeyValuePair<int, float[]>> Part, IReadOnlyList<KeyValuePair<int, float[]>> Others);

/// <summary>
/// Cross-validation (M. Stone, 1974): each of K models is trained on all training photos except one of K folds, and evaluated on that fold.
/// For photos outside the training split, the mean prediction of all K models is used. Several processes train a model each at the same
/// time.
/// </summary>
internal sealed class CrossValidation
{
    /// <summary>The maximum number of folds: more would cost more than they reveal.</summary>
    public const int MostFolds = 20;

    private readonly TrainOptions _config;
    private readonly PhotoCatalog _catalog;
    private readonly int[] _parts;
    private readonly int _folds;
    private readonly bool _independent;

    /// <param name="config">How each model is trained.</param>
    /// <param name="catalog">The photos.</param>
    /// <param name="folds">Number of folds, 2 to <see cref="MostFolds"/>.</param>
    /// <exception cref="UserException">There are fewer training photos than folds.</exception>
    public CrossValidation(TrainOptions config, PhotoCatalog catalog, int folds)
    {
        (_config, _catalog, _folds, _independent) = (config, catalog, folds, config.Loss == LossKind.BinaryCrossEntropy);
        _parts = Folds.Assign(catalog, folds, config.Seed);
    }

    /// <summary>Trains and evaluates all models, one after the other; of several processes, each its share of them.</summary>
    /// <param name="watch">Returns the observer of a fold, given its number (from 1) and its session.</param>
    /// <param name="rate">Returns the learning rate for "auto"; called on the first fold.</param>
    /// <param name="done">Called with each fold's result.</param>
    /// <param name="cancel">Checked between batches.</param>
    /// <param name="group">The processes, all of which call this method and return the same; null for this one alone.</param>
    public CrossValidated Run(
        Func<int, TrainingSession, IRunObserver> watch, Func<TrainingSession, double?> rate, Action<FoldResult> done,
        CancellationToken cancel, IProcessGroup? group = null)
    {
        group ??= SingleProcess.Instance;
        ArgumentNullException.ThrowIfNull(watch);
        ArgumentNullException.ThrowIfNull(rate);
        ArgumentNullException.ThrowIfNull(done);
        double? found = null;
        if (group.Rank >= _folds)
            group.FromFirst<double?>(() => null); // a process without a fold listens to the first one's rate, too
        var outcomes = group.Jobs(_folds, i =>
        {
            using var session = TrainingSession.Open(_config, Folds.Of(_catalog, _parts, i), group.Alone());
            if (i == group.Rank) // its first fold
                found = group.FromFirst(() => rate(session));
            var outcome = Outcome(i + 1, session, found, watch(i + 1, session), cancel);
            done(outcome.Result);
            return outcome;
        });
        foreach (var other in outcomes.Where((_, i) => i % group.Size != group.Rank))
            done(other.Result);
        return new CrossValidated([.. outcomes.Select(outcome => outcome.Result)], Answers(outcomes));
    }

    private FoldOutcome Outcome(int fold, TrainingSession session, double? rate, IRunObserver observer, CancellationToken cancel)
    {
        EpochResult last;
        using (var optimizer = session.NewOptimizer())
        using (var trainer = session.Trainer(optimizer))
            last = trainer.Fit(session.Phases(rate), observer, cancel);
        var part = Probabilities(session, Split.Valid, cancel);
        var others = Probabilities(session, Split.Test, cancel);
        return new FoldOutcome(new FoldResult(fold, part.Count, last.Error, last.ValidLoss), part, others);
    }

    /// <summary>The predictions of the folds' photos, and the mean of all models for photos outside the training split.</summary>
    private OutOfFoldAnswer[] Answers(FoldOutcome[] folds)
    {
        var answers = new float[]?[_catalog.Items.Count];
        foreach (var (photo, p) in folds.SelectMany(fold => fold.Part))
            answers[photo] = p;
        foreach (var (photo, p) in folds.SelectMany(fold => fold.Others))
        {
            var sum = answers[photo] ??= new float[p.Length];
            for (var i = 0; i < p.Length; i++)
                sum[i] += p[i] / _folds;
        }
        return [.. _catalog.Items.Zip(answers).Where(pair => pair.Second is not null)
            .Select(pair => new OutOfFoldAnswer(pair.First.Name, pair.First.Split, _catalog.Classes[pair.First.Label], pair.Second!))];
    }

    /// <summary>The probabilities of the classes, from centre crops.</summary>
    private List<KeyValuePair<int, float[]>> Probabilities(TrainingSession session, Split split, CancellationToken cancel)
    {
        var answers = new List<KeyValuePair<int, float[]>>();
        if (session.Data.Samples(split).Count == 0)
            return answers;
        session.Model.eval();
        using var noGradients = inference_mode();
        foreach (var batch in session.Data.Loader(split, session.Device).Ordered())
        {
            cancel.ThrowIfCancellationRequested();
            using (batch)
            {
                using var scope = NewDisposeScope();
                float[] values = [.. HostRead.Values(session.Learner.Logits(batch)).Select(value => (float)value)]; // [N, classes]
                if (!values.All(float.IsFinite))
                    throw new UserException($"the predictions on {split.ToString().ToLowerInvariant()} photos are not numbers", null,
                        "Lower `lr`.");
                answers.AddRange(batch.Samples.Zip(values.Chunk(session.Catalog.Classes.Count), (sample, row) => KeyValuePair.Create(
                    sample.Photo, Array.ConvertAll(Activation.Probabilities(row, temperature: 1, _independent), p => (float)p))));
            }
        }
        return answers;
    }
}
