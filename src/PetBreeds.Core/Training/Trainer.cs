using PetBreeds.Batches;
using PetBreeds.Models;
using PetBreeds.Training.Checkpoints;
using PetBreeds.Training.Heads;
using PetBreeds.Training.Optimizers;
using PetBreeds.Training.Regularization;
using PetBreeds.Training.Schedules;
using PetBreeds.Training.State;
using PetBreeds.Training.Steps;

namespace PetBreeds.Training;

/// <summary>The training loop: phases, epochs, steps.</summary>
internal sealed class Trainer : IDisposable
{
    private readonly ImageClassifier _model;
    private readonly Learner _learner;
    private readonly Adam _optimizer;
    private readonly BatchLoader _training, _validation;
    private readonly LoopOptions _options;
    private readonly HeadStart? _head;
    private readonly ModelEma? _ema;
    private readonly TrainStep _step;
    private readonly NonFinitePolicy _nonFinite;
    private readonly Checkpointer _checkpointer;
    private int _told; // steps that the observer knows of

    /// <param name="learner">Around the network.</param>
    /// <param name="model">The network.</param>
    /// <param name="optimizer">Over the model's parameter groups.</param>
    /// <param name="training">Photos to learn from.</param>
    /// <param name="validation">Photos to measure on.</param>
    /// <param name="options">Augmentation and the like.</param>
    /// <param name="checkpoints">Null saves none.</param>
    /// <param name="head">Solves the head before anything is trained; null leaves it as it is.</param>
    internal Trainer(
        Learner learner, ImageClassifier model, Adam optimizer, BatchLoader training, BatchLoader validation, LoopOptions options,
        CheckpointOptions? checkpoints = null, HeadStart? head = null)
    {
        (_learner, _model, _optimizer, _training, _validation) = (learner, model, optimizer, training, validation);
        (_options, _head) = (options, head);
        _ema = options.EmaDecay > 0 ? new ModelEma(model, options.EmaDecay) : null;
        _step = new TrainStep(learner, optimizer, options, _ema);
        _nonFinite = new NonFinitePolicy(model, learner, options.Recover);
        (string, IStateful?)[] parts =
        [
            ("model.", _step.Model), ("optimizer.", optimizer), ("scaler.", _step.Scaler), ("loss.", State.Smoothed), ("average.", _ema),
            ("steps", State),
        ];
        _checkpointer = new Checkpointer(checkpoints, State,
            [.. parts.Where(item => item.Item2 is not null).Select(item => (item.Item1, item.Item2!))],
            learner.MicroBatches, _step.Changing);
    }

    /// <summary>How far the training is.</summary>
    public TrainState State { get; } = new();

    /// <summary>The average of the weights, which is measured and, at the end, kept; null where none is wanted.</summary>
    internal ModelEma? Ema => _ema;

    /// <summary>
    /// Solves the head where that is wanted, trains through the phases, or what is left of them, and returns the last epoch's result: under
    /// 1cycle it is the one to keep.
    /// </summary>
    /// <exception cref="UserException">The loss is not finite any more, or not even two photos at once fit into memory.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; looked at between batches. A checkpoint was saved.</exception>
    public EpochResult Fit(IReadOnlyList<Phase> phases, IRunObserver observer, CancellationToken cancel)
    {
        if (phases.Count == 0 && _head is null)
            throw new ArgumentException("there is nothing to train", nameof(phases));
        if (State.Step == 0)
            _checkpointer.TrySave();
        while (true)
        {
            try
            {
                return Train(TrainPlan.Of(phases, _training.TrainBatches), observer, cancel);
            }
            catch (NonFiniteException e)
            {
                Recover(e, observer);
            }
            catch (OperationCanceledException)
            {
                Save();
                Tell(observer);
                throw;
            }
            catch (UserException)
            {
                _checkpointer.TrySave(); // what was learned is good, whatever ended the training: a history that cannot be written, say
                throw;
            }
        }
    }

    /// <summary>Saves a checkpoint, from any thread and at any moment: a step under way is as if it had not begun.</summary>
    /// <returns>
    /// False where there is nothing to save: no checkpoints are wanted, or the loss is not finite any more; then the last one stands.
    /// </returns>
    /// <exception cref="UserException">It cannot be written.</exception>
    public bool Save() => _checkpointer.Save();

    /// <summary>Goes to a checkpoint, ahead or back.</summary>
    /// <exception cref="UserException">Its tensors are damaged or do not fit.</exception>
    public void Restore(CheckpointInfo checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        _checkpointer.Restore(checkpoint);
        _told = State.Step;
    }

    /// <summary>Frees what is kept from step to step; model, optimizer and loaders are the caller's.</summary>
    public void Dispose()
    {
        State.Dispose();
        _step.Dispose();
        _ema?.Dispose();
    }

    private EpochResult Train(IReadOnlyList<PlannedPhase> plan, IRunObserver observer, CancellationToken cancel)
    {
        if (_head is not null && State.Start is null)
            SolveHead(_head, observer, cancel);
        foreach (var phase in plan.Where(phase => phase.EndEpoch > State.Epochs.Count))
        {
            BeginPhase(phase, observer);
            while (State.Epochs.Count < phase.EndEpoch)
            {
                TrainEpoch(phase, observer, cancel);
                EndEpoch(phase, observer, cancel);
            }
        }
        if (_ema is not null)
        {
            _ = _checkpointer.Hold(); // for good
            _ema.CopyToModel();
        }
        return State.History[^1];
    }

    /// <summary>The first point of the curve: the head that the frozen body's features give.</summary>
    private void SolveHead(HeadStart head, IRunObserver observer, CancellationToken cancel)
    {
        State.StartClock();
        var solved = head.Solve(observer.Solving, cancel);
        var imagesPerSecond = solved.Photos * solved.Views / State.EpochSeconds;
        lock (_step.Changing)
        {
            head.Put(solved);
            _ema?.Reset();
        }
        var measured = Validate(new StepResult(0, 0, double.NaN, 0, 0), observer, cancel);
        var start = new EpochResult(
            0, Frozen: true, solved.OutOfFoldLoss, measured.Loss, measured.Error, State.EpochSeconds, imagesPerSecond, F1: measured.F1);
        observer.HeadSolved(solved, start);
        lock (_step.Changing)
        {
            State.Start = start;
            State.BeginEpoch(seconds: 0, images: 0);
        }
        _checkpointer.TrySave();
    }

    private void BeginPhase(PlannedPhase phase, IRunObserver observer)
    {
        observer.PhaseStarted(phase.Phase);
        _model.Freeze(phase.Phase.Frozen);
        if (State.Step != phase.FirstStep)
            return; // resumed within it
        lock (_step.Changing)
        {
            _optimizer.Reset();
            State.Smoothed.Reset();
        }
    }

    /// <summary>The epoch's steps, or what is left of them.</summary>
    private void TrainEpoch(PlannedPhase phase, IRunObserver observer, CancellationToken cancel)
    {
        State.StartClock();
        _model.train();
        var (done, left) = phase.Batches(State.Epochs.Count, State.Step);
        foreach (var batch in _training.Train(State.Epochs.Count, _options.Augment, done, left))
        {
            using var _ = batch;
            cancel.ThrowIfCancellationRequested();
            _step.Run(batch, phase.At(State.Step, State.RateFactor), State);
            if (State.Unread >= _options.ReadEvery)
                ReadOutcomes();
            if (_checkpointer.IsDue)
                _checkpointer.TrySave();
            _nonFinite.RequireFinite(State, batch);
            Tell(observer);
        }
        ReadOutcomes();
        _nonFinite.RequireFinite(State);
        Tell(observer);
    }

    /// <summary>The epoch's validation, of the weights' average where there is one, and its end.</summary>
    private void EndEpoch(PlannedPhase phase, IRunObserver observer, CancellationToken cancel)
    {
        var imagesPerSecond = State.EpochImages / State.EpochSeconds;
        EpochResult epoch;
        using (_ema is null ? null : _checkpointer.Hold())
        using (_ema?.Apply())
        {
            var steps = State.Steps.Skip(State.Epochs.Count * _training.TrainBatches).ToArray();
            var measured = Validate(steps[^1], observer, cancel);
            epoch = new EpochResult(State.Epochs.Count + 1, phase.Phase.Frozen, State.Smoothed.Value, measured.Loss, measured.Error,
                State.EpochSeconds, imagesPerSecond, steps.Count(step => step.Skipped), steps[^1].Scale, measured.F1);
            observer.EpochDone(epoch);
        }
        lock (_step.Changing)
            State.EndEpoch(epoch);
        _checkpointer.TrySave();
    }

    private Validation Validate(StepResult last, IRunObserver observer, CancellationToken cancel)
    {
        var measured = Validation.Run(_learner, _validation, observer.ValidationBatchDone, cancel);
        _nonFinite.RequireFinite(State, measured, last);
        return measured;
    }

    private void ReadOutcomes()
    {
        lock (_step.Changing)
            State.ReadOutcomes();
    }

    private void Tell(IRunObserver observer)
    {
        while (_told < State.Steps.Count)
            observer.StepDone(State.Steps[_told++]);
    }

    /// <summary>Once, and if asked for: the last checkpoint at a lower rate.</summary>
    private void Recover(NonFiniteException error, IRunObserver observer)
    {
        var checkpoint = _checkpointer.Newest();
        if (checkpoint is null || !_nonFinite.Recovers(State))
            throw error.ToUser(saved: checkpoint is not null && State.RateFactor == 1);
        Restore(checkpoint);
        State.RateFactor = NonFinitePolicy.RateFactor;
        observer.Recovered(error.ToUser(saved: true).Problem, State);
    }
}
