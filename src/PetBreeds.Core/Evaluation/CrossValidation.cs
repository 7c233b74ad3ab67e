using PetBreeds.Batches;
using PetBreeds.Catalog;
using PetBreeds.Catalog.Splits;
using PetBreeds.Models;
using PetBreeds.Runtime;
using PetBreeds.Training;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Losses;
using PetBreeds.Training.Optimizers;
using PetBreeds.Training.Steps;
using static TorchSharp.torch;

namespace PetBreeds.Evaluation;

/// <summary>What one fold came to.</summary>
/// <param name="Fold">Counted from 1.</param>
/// <param name="Photos">Photos of its part that could be measured.</param>
/// <param name="Error">Share of them that were named wrong, 0 to 1.</param>
/// <param name="Loss">Mean loss over them: the one of training, without smoothing or weights.</param>
internal sealed record FoldResult(int Fold, int Photos, double Error, double Loss);

/// <summary>Errors of all folds, and an answer for every photo from models that have not learned from it.</summary>
/// <param name="Folds">In order.</param>
/// <param name="Answers">In the catalog's order; photos that cannot be decoded are missing.</param>
internal sealed record CrossValidated(IReadOnlyList<FoldResult> Folds, IReadOnlyList<OutOfFoldAnswer> Answers)
{
    /// <summary>Mean error of the folds.</summary>
    public double MeanError => Folds.Average(fold => fold.Error);

    /// <summary>Standard deviation of the folds' errors (of a sample: over K − 1).</summary>
    public double ErrorDeviation => Math.Sqrt(Folds.Sum(fold => Math.Pow(fold.Error - MeanError, 2)) / (Folds.Count - 1));
}

/// <summary>
/// Cross-validation (M. Stone, 1974): of K models each learns from all training photos but one part of K and is measured on that part.
/// Photos that are not for training are answered by the mean of all K models.
/// </summary>
internal sealed class CrossValidation
{
    /// <summary>More models than this cost more than they tell.</summary>
    public const int MostFolds = 20;

    private readonly TrainOptions _config;
    private readonly PhotoCatalog _catalog;
    private readonly int[] _parts;
    private readonly int _folds;
    private readonly bool _independent;
    private readonly float[]?[] _answers;

    /// <param name="config">How each model is trained.</param>
    /// <param name="catalog">Its photos.</param>
    /// <param name="folds">2 to <see cref="MostFolds"/>.</param>
    /// <exception cref="UserException">There are fewer training photos than folds.</exception>
    public CrossValidation(TrainOptions config, PhotoCatalog catalog, int folds)
    {
        (_config, _catalog, _folds, _independent) = (config, catalog, folds, config.Loss == LossKind.BinaryCrossEntropy);
        _parts = Folds.Assign(catalog, folds, config.Seed);
        _answers = new float[]?[catalog.Items.Count];
    }

    /// <summary>Trains and measures all models, one after the other.</summary>
    /// <param name="watch">The observer of a fold, given its number from 1 and its session.</param>
    /// <param name="rate">The learning rate for "auto", asked for on the first fold.</param>
    /// <param name="done">Told each fold's result.</param>
    /// <param name="cancel">Looked at between batches.</param>
    public CrossValidated Run(
        Func<int, TrainingSession, IRunObserver> watch, Func<TrainingSession, double?> rate, Action<FoldResult> done,
        CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(watch);
        ArgumentNullException.ThrowIfNull(rate);
        ArgumentNullException.ThrowIfNull(done);
        var results = new List<FoldResult>();
        double? found = null;
        for (var fold = 0; fold < _folds; fold++)
        {
            using var session = TrainingSession.Open(_config, Folds.Of(_catalog, _parts, fold));
            found ??= rate(session);
            EpochResult last;
            using (var optimizer = new Adam(session.Model.ParameterGroups))
            using (var trainer = session.Trainer(optimizer))
                last = trainer.Fit(session.Phases(found), watch(fold + 1, session), cancel);
            results.Add(new FoldResult(fold + 1, Answer(session, cancel), last.Error, last.ValidLoss));
            done(results[^1]);
        }
        return new CrossValidated(results, [.. _catalog.Items.Zip(_answers).Where(pair => pair.Second is not null)
            .Select(pair => new OutOfFoldAnswer(pair.First.Name, pair.First.Split, _catalog.Classes[pair.First.Label], pair.Second!))]);
    }

    /// <summary>Keeps the answers for the fold's part, and adds a share of the mean for photos that are not for training.</summary>
    /// <returns>Photos of the part.</returns>
    private int Answer(TrainingSession session, CancellationToken cancel)
    {
        var part = Probabilities(session, Split.Valid, cancel);
        foreach (var (sample, p) in part)
            _answers[sample.Photo] = p;
        foreach (var (sample, p) in Probabilities(session, Split.Test, cancel))
        {
            var sum = _answers[sample.Photo] ??= new float[p.Length];
            for (var i = 0; i < p.Length; i++)
                sum[i] += p[i] / _folds;
        }
        return part.Count;
    }

    /// <summary>The probabilities of the classes, from centre crops.</summary>
    private List<(Sample Sample, float[] P)> Probabilities(TrainingSession session, Split split, CancellationToken cancel)
    {
        var answers = new List<(Sample, float[])>();
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
                answers.AddRange(batch.Samples.Zip(values.Chunk(session.Catalog.Classes.Count)
                    .Select(row => Array.ConvertAll(Activation.Probabilities(row, temperature: 1, _independent), p => (float)p))));
            }
        }
        return answers;
    }
}
