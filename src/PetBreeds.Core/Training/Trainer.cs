using System.Diagnostics;
using PetBreeds.Batches;
using PetBreeds.Models;
using static TorchSharp.torch;

namespace PetBreeds.Training;

/// <summary>The training loop.</summary>
/// <param name="model">On <paramref name="device"/>.</param>
/// <param name="optimizer">Over the model's parameter groups.</param>
/// <param name="training">Photos to learn from.</param>
/// <param name="validation">Photos to measure on.</param>
/// <param name="transform">Augments and normalises.</param>
/// <param name="device">Where to compute.</param>
/// <param name="options">Loss and augmentation.</param>
public sealed class Trainer(
    ImageClassifier model, Adam optimizer, BatchLoader training, BatchLoader validation, BatchTransform transform, Device device,
    TrainerOptions options)
{
    /// <summary>Trains through the phases and returns the last epoch's result: under 1cycle the last epoch is the one to keep.</summary>
    /// <exception cref="UserException">The loss is not finite any more.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; looked at between batches.</exception>
    public EpochResult Fit(IReadOnlyList<Phase> phases, IRunObserver observer, CancellationToken cancel)
    {
        EpochResult? last = null;
        var (epoch, step) = (0, 0);
        foreach (var phase in phases)
        {
            observer.PhaseStarted(phase);
            model.Freeze(phase.Frozen);
            optimizer.Reset();
            var smoothed = new SmoothedLoss();
            var (first, total) = (step, phase.Epochs * training.TrainBatches);
            for (var i = 0; i < phase.Epochs; i++)
            {
                var clock = Stopwatch.StartNew();
                var images = 0;
                model.train();
                foreach (var batch in training.Train(epoch, options.Augment))
                {
                    cancel.ThrowIfCancellationRequested();
                    var position = (double)(step - first) / total;
                    double[] rates = [.. phase.MaxLearningRates.Select(max => phase.Cycle.LearningRate(max, position))];
                    var momentum = phase.Cycle.Momentum(position);
                    double loss;
                    using (batch)
                        loss = Step(batch, rates, momentum);
                    smoothed.Add(loss);
                    if (!double.IsFinite(loss))
                        throw new UserException($"the loss is not finite at step {step}", null, $"Lower --lr (the rate was {rates[^1]:g3}).");
                    images += batch.Count;
                    observer.StepDone(new StepResult(step, (double)step / training.TrainBatches, loss, rates[^1], momentum));
                    step++;
                }
                var imagesPerSecond = images / clock.Elapsed.TotalSeconds;
                var measured = Validation.Run(model, validation, transform, device, options.LabelSmoothing, observer.ValidationBatchDone, cancel);
                last = new EpochResult(
                    ++epoch, phase.Frozen, smoothed.Value, measured.Loss, measured.Error, clock.Elapsed.TotalSeconds, imagesPerSecond);
                observer.EpochDone(last);
            }
        }
        return last ?? throw new ArgumentException("no epoch to train", nameof(phases));
    }

    /// <summary>Forward, loss, backward, and, if the loss is finite, update.</summary>
    /// <returns>The loss.</returns>
    internal double Step(Batch batch, IReadOnlyList<double> rates, double momentum)
    {
        using var scope = NewDisposeScope();
        var input = transform.Input(batch, device); // float32 [N,3,size,size]
        var loss = CrossEntropy.Mean(model.forward(input), batch.Labels.to(device), options.LabelSmoothing);
        loss.backward();
        var value = loss.item<float>();
        if (float.IsFinite(value))
            optimizer.Step(rates, momentum);
        optimizer.ZeroGradients();
        return value;
    }
}

/// <summary>What the loop needs to know besides its parts.</summary>
public sealed record TrainerOptions
{
    /// <summary>0 to below 1.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>How far the augmentation goes.</summary>
    public AugmentOptions Augment { get; init; } = new();
}
