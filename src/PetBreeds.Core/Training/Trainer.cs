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
    private readonly AdamW _optimizer;
    private readonly BatchLoader _training, _validation;
    private readonly LoopOptions _options;
    private readonly HeadStart? _head;
    private readonly ModelEma? _ema;
    private readonly TrainStep _step;
    private readonly NonFinitePolicy _nonFinite;
    private readonly Checkpointer _checkpointer;
    private int _told; // steps reported to the observer

    /// <param name="learner">The learner that wraps the network.</param>
    /// <param name="model">The network.</param>
    /// <param name="optimizer">The optimizer of the model's parameter groups.</param>
    /// <param name="training">The training photos.</param>
    /// <param name="validation">The validation photos.</param>
    /// <param name="options">The options of the loop.</param>
    /// <param name="checkpoints">When and where to save checkpoints; null saves none.</param>
    /// <param name="head">Solves the head before training; null leaves it as it is.</param>
    internal Trainer(
        Learner learner, ImageClassifier model, AdamW optimizer, BatchLoader training, BatchLoader validation, LoopOptions options,
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
            learner.MicroBatches, _step.Changing, learner.Group);
    }

    /// <summary>The progress of the training.</summary>
    public TrainState State { get; } = new();

    /// <summary>The moving average of the weights, which is validated and finally saved; null if it is turned off.</summary>
    internal ModelEma? Ema => _ema;

    /// <summary>
    /// Solves the head if requested, trains the phases or what is left of them, and returns the last epoch's result, which is the one to
    /// keep under 1cycle.
    /// </summary>
    /// <exception cref="UserException">The loss is no longer finite, or not even two photos at once fit in memory.</exception>
    /// <exception cref="OperationCanceledException">
    /// The training was cancelled, which is checked between batches. A checkpoint was saved.
    /// </exception>
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
                _checkpointer.TrySave(); // whatever ended the training (such as a history that cannot be written), the weights are good
                throw;
            }
        }
    }

    /// <summary>Saves a checkpoint, from any thread at any time: a step in progress is saved as if it had not begun.</summary>
    /// <returns>
    /// False if there was nothing to save: checkpoints are turned off, or the loss is no longer finite, so that the last one is kept.
    /// </returns>
    /// <exception cref="UserException">The checkpoint cannot be written.</exception>
    public bool Save() => _checkpointer.Save();

    /// <summary>Restores a checkpoint, forward or back.</summary>
    /// <exception cref="UserException">The tensors are damaged or do not fit.</exception>
    public void Restore(CheckpointInfo checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        _checkpointer.Restore(checkpoint);
        _told = State.Step;
    }

    /// <summary>Frees the state kept between steps; model, optimizer and loaders belong to the caller.</summary>
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

    /// <summary>Makes the first point of the curve: the head solved on the frozen body's features.</summary>
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
            return; // resumed within the phase
        lock (_step.Changing)
        {
            _optimizer.Reset();
            State.Smoothed.Reset();
        }
    }

    /// <summary>Trains the epoch's steps, or those that are left.</summary>
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
            if (_checkpointer.IsDue && (_learner.Group.Size == 1 || State.Unread == 0)) // all ranks must read a bad loss at the same step
                _checkpointer.TrySave();
            _nonFinite.RequireFinite(State, batch);
            Tell(observer);
        }
        ReadOutcomes();
        _nonFinite.RequireFinite(State);
        Tell(observer);
    }

    /// <summary>Validates the network, or the moving average of its weights if there is one, and ends the epoch.</summary>
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

    /// <summary>Continues from the last checkpoint at a lower rate: only once, and only if that is enabled.</summary>
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
