using System.Diagnostics;
using PetBreeds.Batches;
using PetBreeds.Models;
using PetBreeds.Runtime;
using PetBreeds.Training.Aids;
using PetBreeds.Training.Checkpoints;
using PetBreeds.Training.Heads;
using static TorchSharp.torch;

namespace PetBreeds.Training;

/// <summary>The training loop.</summary>
public sealed class Trainer : IDisposable
{
    private const double RecoveryFactor = .1; // of the learning rates, after a loss that is not finite

    private readonly ImageClassifier _model;
    private readonly Adam _optimizer;
    private readonly BatchLoader _training;
    private readonly BatchLoader _validation;
    private readonly BatchTransform _transform;
    private readonly BatchSplit _split;
    private readonly Compute _compute;
    private readonly TrainerOptions _options;
    private readonly ForwardPass _measuring;
    private readonly TrainStep _step;
    private readonly StepLog _log;
    private readonly CheckpointTensors _tensors;
    private readonly Checkpointing? _checkpoints;
    private readonly Stopwatch _clock = new();
    private IRunObserver? _observer;
    private (bool Solved, int Steps, int Epochs, double RateFactor)? _saved;
    private bool _lost; // a loss was not finite: the weights are worth nothing until they are restored
    private bool _averaged; // the network holds the average of its weights, not what is trained
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
    /// <param name="checkpoints">Null saves none.</param>
    public Trainer(
        ImageClassifier model, Adam optimizer, BatchLoader training, BatchLoader validation, BatchTransform transform, Compute compute,
        BatchSplit split, TrainerOptions options, Checkpointing? checkpoints = null)
    {
        (_model, _optimizer, _training, _validation) = (model, optimizer, training, validation);
        (_transform, _compute, _split, _options, _checkpoints) = (transform, compute, split, options, checkpoints);
        Scaler = compute.Precision == Precision.Float16 ? new GradientScaler(compute.Device) : null;
        _measuring = new ForwardPass(model, compute.ForMeasuring);
        _learned = new Criterion(options.Loss, options.LabelSmoothing, options.ClassWeights, compute.Device);
        _measured = new Criterion(options.Loss, options.LabelSmoothing);
        _step = new TrainStep(model, new ForwardPass(model, compute), optimizer, Scaler, transform, split, compute.Device, _learned, options.Mixing);
        Average = options.EmaDecay > 0 ? new WeightAverage(model, options.EmaDecay) : null;
        _log = new StepLog(options.ReadEvery, Take);
        _tensors = new CheckpointTensors(model, optimizer, Scaler, Average);
    }

    /// <summary>The scale of float16's gradients; null in other precisions.</summary>
    public GradientScaler? Scaler { get; }

    /// <summary>The average of the weights, which is measured and, at the end, kept; null where none is wanted.</summary>
    public WeightAverage? Average { get; }

    /// <summary>Solves the head before anything is trained; null leaves it as it is.</summary>
    public HeadStart? Head { get; init; }

    /// <summary>How far the training is.</summary>
    public TrainState State { get; private set; } = new();

    /// <summary>
    /// Solves the head where that is wanted, trains through the phases, or what is left of them, and returns the last epoch's result: under
    /// 1cycle it is the one to keep.
    /// </summary>
    /// <exception cref="UserException">The loss is not finite any more, or not even two photos at once fit into memory.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; looked at between batches. A checkpoint was saved.</exception>
    public EpochResult Fit(IReadOnlyList<Phase> phases, IRunObserver observer, CancellationToken cancel)
    {
        if (phases.Count == 0 && Head is null)
            throw new ArgumentException("there is nothing to train", nameof(phases));
        _observer = observer;
        if (State.Steps.Count == 0)
            TrySave(ReadAndSave);
        while (true)
        {
            try
            {
                if (Head is not null && State.Start is null)
                    SolveHead(Head, cancel);
                var first = 0; // epoch of the phase
                foreach (var phase in phases)
                {
                    RunPhase(phase, first, cancel);
                    first += phase.Epochs;
                }
                _step.AtRest(_ =>
                {
                    _averaged = Average is not null;
                    Average?.TakeOver();
                });
                return State.History[^1];
            }
            catch (LossNotFiniteException e)
            {
                Recover(e);
            }
            catch (OperationCanceledException)
            {
                Save();
                throw;
            }
            catch (UserException)
            {
                TrySave(Save); // what was learned is good, whatever ended the training: a history that cannot be written, say
                throw;
            }
        }
    }

    /// <summary>Saves a checkpoint, from any thread and at any moment: a step under way is as if it had not begun.</summary>
    /// <returns>
    /// False where there is nothing to save: no checkpoints are wanted, or the loss is not finite any more; then the last one stands.
    /// </returns>
    /// <exception cref="UserException">It cannot be written.</exception>
    public bool Save()
    {
        try
        {
            return ReadAndSave();
        }
        catch (LossNotFiniteException)
        {
            return false;
        }
    }

    /// <exception cref="LossNotFiniteException">Found out when the last steps' losses were read.</exception>
    private bool ReadAndSave()
    {
        if (_checkpoints is null)
            return false;
        _step.AtRest(buffers =>
        {
            _log.Read();
            if (_saved == Position || _averaged || _lost)
                return;
            using var scope = NewDisposeScope();
            var info = new CheckpointInfo(CheckpointFolder.Format, $"petbreeds {typeof(Trainer).Assembly.GetName().Version!.ToString(3)}",
                _checkpoints.Run, State.Steps.Count, IsEpochEnd, State.EpochSeconds + _clock.Elapsed.TotalSeconds, State.EpochImages,
                State.RateFactor, _split.AtOnce, [.. State.Epochs], Sha256: "", State.Start);
            _checkpoints.Folder.Save(info, _tensors.Gather(State, buffers), _checkpoints.Keep);
            _saved = Position;
            _checkpoints.Saved();
        });
        return !_lost;
    }

    /// <summary>Goes back, or on, to a checkpoint.</summary>
    /// <exception cref="UserException">Its tensors are damaged or do not fit.</exception>
    public void Restore(CheckpointInfo checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        if (_checkpoints is null)
            throw new InvalidOperationException("this training has no checkpoints");
        _step.AtRest(_ => // a save at the same time must not see half of it
        {
            using var scope = NewDisposeScope();
            State = new TrainState
            {
                Start = checkpoint.Start,
                Epochs = [.. checkpoint.Epochs],
                EpochSeconds = checkpoint.EpochSeconds,
                EpochImages = checkpoint.EpochImages,
                RateFactor = checkpoint.RateFactor,
            };
            _split.Restore(checkpoint.PhotosAtOnce);
            _tensors.Restore(_checkpoints.Folder.Read(checkpoint), State);
            if (State.Steps.Count != checkpoint.Step)
                throw SavedState.Unfit("the run", $"it has {State.Steps.Count} steps, not {checkpoint.Step}");
            (_saved, _lost) = (Position, false);
        });
    }

    /// <summary>One step on one batch.</summary>
    /// <param name="batch">Photos.</param>
    /// <param name="rates">A learning rate for each group.</param>
    /// <param name="momentum">Adam's first beta.</param>
    /// <param name="step">Steps before it.</param>
    /// <param name="done">As for <see cref="TrainStep.Run"/>.</param>
    internal void Step(Batch batch, IReadOnlyList<double> rates, double momentum, int step, Action<Tensor> done) =>
        _step.Run(batch, rates, momentum, new SeededRandom(0xD80, (ulong)_options.Seed, (ulong)step).NextUInt64(), outcome =>
        {
            Average?.Update();
            done(outcome);
        });

    /// <summary>Frees what is kept from step to step; model, optimizer and loaders are the caller's.</summary>
    public void Dispose()
    {
        _log.Dispose();
        _step.Dispose();
        _learned.Dispose();
        _measured.Dispose();
        Average?.Dispose();
        Scaler?.Dispose();
    }

    private (bool Solved, int Steps, int Epochs, double RateFactor) Position => (State.Start is not null, State.Steps.Count, State.Epochs.Count, State.RateFactor);

    private bool IsEpochEnd => State.Steps.Count > 0 && State.EpochImages == 0;

    /// <summary>The first point of the curve: the head that the frozen body's features give.</summary>
    private void SolveHead(HeadStart head, CancellationToken cancel)
    {
        _clock.Restart();
        var solved = head.Solve(_observer!.Solving, cancel);
        var imagesPerSecond = solved.Photos * solved.Views / _clock.Elapsed.TotalSeconds;
        _step.AtRest(_ =>
        {
            head.Put(solved);
            Average?.Reset();
        });
        var measured = Measure(new StepResult(0, 0, double.NaN, 0, 0), cancel);
        var start = new EpochResult(
            0, Frozen: true, solved.OutOfFoldLoss, measured.Loss, measured.Error, _clock.Elapsed.TotalSeconds, imagesPerSecond, F1: measured.F1);
        _observer.HeadSolved(solved, start);
        _step.AtRest(_ =>
        {
            State.Start = start;
            _clock.Reset();
        });
        TrySave(ReadAndSave);
    }

    private void RunPhase(Phase phase, int first, CancellationToken cancel)
    {
        if (State.Epochs.Count >= first + phase.Epochs)
            return; // done before a resume
        _observer!.PhaseStarted(phase);
        _model.Freeze(phase.Frozen);
        if (State.Steps.Count == first * _training.TrainBatches)
        {
            _step.AtRest(_ =>
            {
                _optimizer.Reset();
                State.Smoothed.Reset();
            });
        }
        while (State.Epochs.Count < first + phase.Epochs)
        {
            _clock.Restart();
            TrainEpoch(phase, first, cancel);
            var imagesPerSecond = State.EpochImages / (State.EpochSeconds + _clock.Elapsed.TotalSeconds);
            EndEpoch(phase, imagesPerSecond, cancel);
        }
    }

    /// <summary>The epoch's steps, or what is left of them.</summary>
    private void TrainEpoch(Phase phase, int first, CancellationToken cancel)
    {
        var (steps, start) = (_training.TrainBatches, first * _training.TrainBatches);
        var total = phase.Steps ?? phase.Epochs * steps;
        var gone = State.Steps.Count - State.Epochs.Count * steps;
        _model.train();
        foreach (var batch in _training.Train(State.Epochs.Count, _options.Augment, gone, Math.Min(steps - gone, start + total - State.Steps.Count)))
        {
            using var _ = batch;
            cancel.ThrowIfCancellationRequested();
            var step = State.Steps.Count + _log.Waiting;
            var position = (double)(step - start) / total;
            double[] rates = [.. phase.MaxLearningRates.Select(max => State.RateFactor * phase.Cycle.LearningRate(max, position))];
            var momentum = phase.Cycle.Momentum(position);
            var plan = new StepResult(step, (double)step / steps, double.NaN, rates[^1], momentum);
            try
            {
                Step(batch, rates, momentum, step, outcome =>
                {
                    State.EpochImages += batch.Count;
                    _log.Add(plan, outcome);
                });
            }
            catch (LossNotFiniteException e)
            {
                e.Where = FirstBadLayer(batch);
                throw;
            }
            if (_checkpoints?.IsDue == true)
                TrySave(ReadAndSave);
        }
        _step.AtRest(_ => _log.Read());
    }

    /// <summary>Where a loss that is not finite comes from; null where it is not found in the first part of the batch.</summary>
    private string? FirstBadLayer(Batch batch)
    {
        try
        {
            using var scope = NewDisposeScope();
            var (start, count) = _split.Parts(batch.Count, least: 2).First();
            return FiniteCheck.FirstBadLayer(_model, _compute, _transform.Input(ForwardPass.Part(batch, start, count), _compute.Device));
        }
        catch (Exception e) when (OutOfMemory.Is(e))
        {
            return null; // all blocks' outputs at once may be too much
        }
    }

    /// <summary>The epoch's validation, of the weights' average where there is one, and its end.</summary>
    private void EndEpoch(Phase phase, double imagesPerSecond, CancellationToken cancel)
    {
        EpochResult epoch;
        var kept = ShowAverage();
        try
        {
            var measured = Measure(State.Steps[^1], cancel);
            var steps = State.Steps[(State.Epochs.Count * _training.TrainBatches)..];
            epoch = new EpochResult(State.Epochs.Count + 1, phase.Frozen, State.Smoothed.Value, measured.Loss, measured.Error,
                State.EpochSeconds + _clock.Elapsed.TotalSeconds, imagesPerSecond, steps.Count(step => step.Skipped), steps[^1].Scale, measured.F1);
            _observer!.EpochDone(epoch);
        }
        finally
        {
            _step.AtRest(_ =>
            {
                kept?.Dispose();
                _averaged = false;
            });
        }
        _step.AtRest(_ =>
        {
            State.Epochs.Add(epoch);
            (State.EpochSeconds, State.EpochImages) = (0, 0);
            _clock.Reset();
        });
        TrySave(ReadAndSave);
    }

    /// <param name="last">The step before it.</param>
    /// <param name="cancel">Looked at between batches.</param>
    private Validation Measure(StepResult last, CancellationToken cancel)
    {
        var measured = Validation.Run(
            _model, _measuring, _validation, _transform, _split, _compute.Device, _measured, _observer!.ValidationBatchDone, cancel);
        var bad = FiniteCheck.FirstBadTensor(_model);
        if (double.IsFinite(measured.Loss) && bad is null)
            return measured;
        _lost = true;
        throw new LossNotFiniteException(last, double.IsFinite(measured.Loss) ? LossNotFiniteException.Network : LossNotFiniteException.Validation)
        {
            Where = bad,
        };
    }

    /// <summary>
    /// Puts the weights' average into the network until what it returns is disposed. There is a checkpoint of what is trained.
    /// </summary>
    private IDisposable? ShowAverage()
    {
        if (Average is null)
            return null;
        TrySave(ReadAndSave);
        IDisposable? kept = null;
        _step.AtRest(_ =>
        {
            _averaged = true;
            kept = Average.InPlace();
        });
        return kept;
    }

    /// <summary>A step's outcome is known.</summary>
    private void Take(StepResult step)
    {
        if (!double.IsFinite(step.Loss))
        {
            _lost = true;
            throw new LossNotFiniteException(step);
        }
        State.Steps.Add(step);
        State.Smoothed.Add(step.Loss);
        _observer!.StepDone(step);
    }

    /// <summary>Once, and if asked for: the last checkpoint at a lower rate.</summary>
    private void Recover(LossNotFiniteException error)
    {
        _log.Dispose();
        var checkpoint = _checkpoints?.Folder.Newest(_ => { });
        if (checkpoint is null || !_options.Recover || State.RateFactor < 1)
            throw error.ToUser(saved: checkpoint is not null && State.RateFactor == 1);
        Restore(checkpoint);
        State.RateFactor = RecoveryFactor;
        _observer!.Recovered(error.ToUser(saved: true).Problem, State);
    }

    /// <summary>Saves if it can; that it cannot is told, and does not end the training.</summary>
    private void TrySave(Func<bool> save)
    {
        try
        {
            save();
        }
        catch (UserException e) when (_checkpoints?.Tell(e) == true)
        {
            // Told.
        }
    }
}
