using System.Diagnostics;
using PetBreeds.Batches;
using PetBreeds.Models;
using PetBreeds.Runtime;
using PetBreeds.Training.Aids;
using static TorchSharp.torch;

namespace PetBreeds.Training;

/// <summary>The training loop.</summary>
public sealed class Trainer : IDisposable
{
    private readonly ImageClassifier _model;
    private readonly Adam _optimizer;
    private readonly BatchLoader _training;
    private readonly BatchLoader _validation;
    private readonly BatchTransform _transform;
    private readonly BatchSplit _split;
    private readonly Device _device;
    private readonly TrainerOptions _options;
    private readonly ForwardPass _pass;
    private readonly TrainStep _step;
    private readonly Criterion _learned;
    private readonly Criterion _measured;

    /// <param name="model">Placed by <paramref name="compute"/>.</param>
    /// <param name="optimizer">Over the model's parameter groups.</param>
    /// <param name="training">Photos to learn from.</param>
    /// <param name="validation">Photos to measure on.</param>
    /// <param name="transform">Augments and normalises.</param>
    /// <param name="compute">Where and how.</param>
    /// <param name="split">How many photos at once.</param>
    /// <param name="options">Loss and augmentation.</param>
    public Trainer(
        ImageClassifier model, Adam optimizer, BatchLoader training, BatchLoader validation, BatchTransform transform, Compute compute,
        BatchSplit split, TrainerOptions options)
    {
        (_model, _optimizer, _training, _validation) = (model, optimizer, training, validation);
        (_transform, _device, _split, _options) = (transform, compute.Device, split, options);
        Scaler = compute.Precision == Precision.Float16 ? new GradientScaler(_device) : null;
        _pass = new ForwardPass(model, compute);
        _learned = new Criterion(options.Loss, options.LabelSmoothing, options.ClassWeights, _device);
        _measured = new Criterion(options.Loss, options.LabelSmoothing);
        _step = new TrainStep(model, _pass, optimizer, Scaler, transform, split, _device, _learned, options.Mixing);
        Average = options.EmaDecay > 0 ? new WeightAverage(model, options.EmaDecay) : null;
    }

    /// <summary>The scale of float16's gradients; null in other precisions.</summary>
    public GradientScaler? Scaler { get; }

    /// <summary>The average of the weights, which is measured and, at the end, kept; null where none is wanted.</summary>
    public WeightAverage? Average { get; }

    /// <summary>Trains through the phases and returns the last epoch's result: under 1cycle the last epoch is the one to keep.</summary>
    /// <exception cref="UserException">The loss is not finite any more, or not even two photos at once fit into memory.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; looked at between batches.</exception>
    public EpochResult Fit(IReadOnlyList<Phase> phases, IRunObserver observer, CancellationToken cancel)
    {
        EpochResult? last = null;
        var (epoch, step) = (0, 0);
        foreach (var phase in phases)
        {
            observer.PhaseStarted(phase);
            _model.Freeze(phase.Frozen);
            _optimizer.Reset();
            var smoothed = new SmoothedLoss();
            var (first, total) = (step, phase.Steps ?? phase.Epochs * _training.TrainBatches);
            for (var i = 0; i < phase.Epochs; i++)
            {
                var clock = Stopwatch.StartNew();
                var images = 0;
                using var log = new StepLog(_options.ReadEvery, done =>
                {
                    smoothed.Add(done.Loss);
                    RequireFinite(done);
                    observer.StepDone(done);
                });
                _model.train();
                foreach (var batch in _training.Train(epoch, _options.Augment, count: Math.Min(_training.TrainBatches, first + total - step)))
                {
                    cancel.ThrowIfCancellationRequested();
                    var position = (double)(step - first) / total;
                    double[] rates = [.. phase.MaxLearningRates.Select(max => phase.Cycle.LearningRate(max, position))];
                    var momentum = phase.Cycle.Momentum(position);
                    var plan = new StepResult(step, (double)step / _training.TrainBatches, double.NaN, rates[^1], momentum);
                    using (batch)
                        log.Add(plan, Step(batch, rates, momentum, step));
                    images += batch.Count;
                    step++;
                }
                log.Read();
                var imagesPerSecond = images / clock.Elapsed.TotalSeconds;
                Validation measured;
                using (Average?.InPlace())
                    measured = Validation.Run(
                        _model, _pass, _validation, _transform, _split, _device, _measured, observer.ValidationBatchDone, cancel);
                last = new EpochResult(++epoch, phase.Frozen, smoothed.Value, measured.Loss, measured.Error, clock.Elapsed.TotalSeconds,
                    imagesPerSecond, log.Skipped, log.Scale, measured.F1);
                observer.EpochDone(last);
            }
        }
        Average?.TakeOver();
        return last ?? throw new ArgumentException("no epoch to train", nameof(phases));
    }

    /// <summary>One step on one batch.</summary>
    /// <returns>As <see cref="TrainStep.Run"/>.</returns>
    internal Tensor Step(Batch batch, IReadOnlyList<double> rates, double momentum, int step)
    {
        var outcome = _step.Run(batch, rates, momentum, new SeededRandom(0xD80, (ulong)_options.Seed, (ulong)step).NextUInt64());
        Average?.Update();
        return outcome;
    }

    /// <summary>Frees what is kept from step to step; model, optimizer and loaders are the caller's.</summary>
    public void Dispose()
    {
        _step.Dispose();
        _learned.Dispose();
        _measured.Dispose();
        Average?.Dispose();
        Scaler?.Dispose();
    }

    private static void RequireFinite(StepResult step)
    {
        if (!double.IsFinite(step.Loss))
            throw new UserException(
                $"the loss is not finite at step {step.Step}", null, $"Lower --lr (the rate was {step.LearningRate:g3}).");
    }
}
