using PetBreeds.Distributed;
using PetBreeds.Runs.TensorBoard;
using PetBreeds.Training;
using PetBreeds.Training.Checkpoints;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Optimizers;
using PetBreeds.Training.Planning;
using PetBreeds.Training.Steps;

namespace PetBreeds.Runs;

/// <summary>
/// A training and its folder: begun or resumed, fitted, finished. It owns its session and keeps other trainings out of its folder.
/// </summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly double? _rate;
    private readonly RunLock _lock;
    private readonly Action<string> _warn;
    private readonly AdamW _optimizer;
    private readonly Trainer _trainer;
    private readonly RunRecorder _recorder;
    private TrainedRun? _result;

    private TrainingRun(RunFolder folder, TrainingSession session, double? rate, RunLock held, Action<string> warn)
    {
        (Folder, Session, _rate, _lock, _warn) = (folder, session, rate, held, warn);
        _optimizer = session.NewOptimizer();
        _trainer = session.Trainer(_optimizer, new CheckpointOptions(
            new CheckpointFolder(folder.Checkpoint), session.Identity(rate), TimeSpan.FromMinutes(session.Config.SaveEvery),
            session.Config.Keep)
        {
            OnFailure = error => warn($"no checkpoint was saved; training continues: {error.Message}"),
        });
        _recorder = new RunRecorder(folder, session, warn);
    }

    /// <summary>The run's folder.</summary>
    public RunFolder Folder { get; }

    /// <summary>The session being trained.</summary>
    public TrainingSession Session { get; }

    /// <summary>The progress of the training.</summary>
    public TrainState State => _trainer.State;

    /// <summary>Whether the run was interrupted before, and continues from a checkpoint.</summary>
    public bool IsResumed { get; private init; }

    /// <summary>The curve of the learning-rate finder, if the rate was to be found; otherwise null.</summary>
    public LearningRateCurve? Curve { get; private init; }

    /// <summary>The plan for the time that was given; null if none was.</summary>
    public TimePlan? TimePlan { get; private init; }

    /// <summary>
    /// Begins a run: finds what is still to be found (a learning rate, a plan for a given time), creates its folder and writes what is
    /// known before the first step.
    /// </summary>
    /// <param name="session">An open session; the run takes ownership of it and disposes it even if this method fails.</param>
    /// <param name="options">Where to create the folder.</param>
    /// <param name="search">Runs the learning-rate finder; called if a rate is to be found.</param>
    /// <param name="header">Returns the first line of config.yaml, given the file's path; null for none.</param>
    /// <param name="warn">Receives warnings.</param>
    /// <param name="cancel">Checked between steps of what is tried out.</param>
    /// <exception cref="UserException">
    /// The time is too short, the plan does not fit the photos, the name is taken, or the folder cannot be written to.
    /// </exception>
    public static TrainingRun Begin(
        TrainingSession session, RunOptions options, Func<TrainingSession, LearningRateCurve> search, Func<string, string>? header,
        Action<string> warn, CancellationToken cancel)
    {
        RunLock? held = null;
        try
        {
            var curve = LearningRateFinder.IsWanted(session) ? search(session) : null;
            double? rate = curve?.Valley.LearningRate;
            var timePlan = TimePlanner.Plan(session, cancel);
            _ = session.Phases(rate); // rejects a step plan that does not fit before the folder exists
            var folder = RunFiles.CreateFolder(options, session.Config);
            held = RunLock.Begin(folder);
            RunFiles.WriteStart(folder, session, header);
            if (curve is not null)
                LrFindCsv.Write(folder.LrFindCurve, curve);
            return new TrainingRun(folder, session, rate, held, warn) { Curve = curve, TimePlan = timePlan };
        }
        catch
        {
            held?.Dispose();
            session.Dispose();
            throw;
        }
    }

    /// <summary>Resumes a run where its newest checkpoint left off.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="given">Settings given for the resumption; only some may differ from the run's.</param>
    /// <param name="open">Opens a session for the run's settings.</param>
    /// <param name="warn">Receives warnings.</param>
    /// <param name="group">The processes that train together, of which this is the first; null for this one alone.</param>
    /// <exception cref="UserException">
    /// The run is finished, is in use by another process, has no checkpoint yet, or was given a setting that must not change.
    /// </exception>
    public static TrainingRun Resume(
        RunFolder folder, IReadOnlyList<GivenSetting> given, Func<TrainOptions, RunIdentity, TrainingSession> open, Action<string> warn,
        IProcessGroup? group = null)
    {
        var held = RunLock.Resume(folder);
        try
        {
            var from = Checkpointer.Newest(group ?? SingleProcess.Instance, () => new CheckpointFolder(folder.Checkpoint).Newest(
                    problem => warn($"{problem}; an earlier checkpoint is used"))
                ?? throw new UserException("there is nothing to resume: the run was interrupted before its first checkpoint",
                    folder.Folder, "Start it again with the settings in its config.yaml."))!;
            var session = open(ResumeCheck.Config(from.Run, given), from.Run);
            var run = new TrainingRun(folder, session, from.Run.FoundRate, held, warn) { IsResumed = true };
            try
            {
                run._trainer.Restore(from);
                return run;
            }
            catch
            {
                run.Dispose();
                throw;
            }
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Completes the training and saves the model. <see cref="Finish"/> ends the run.</summary>
    /// <param name="observer">Observes the training.</param>
    /// <param name="cancel">Checked between batches.</param>
    /// <exception cref="UserException">The loss is no longer finite, memory ran out, or a file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">
    /// Cancelled; <see cref="Save"/> tells whether a checkpoint contains what was learned.
    /// </exception>
    public TrainedRun Fit(IRunObserver observer, CancellationToken cancel)
    {
        if (IsResumed)
            _recorder.MoveTo(State);
        using var log = Session.Config.TensorBoard ? new TensorBoardLog(Folder.Folder, State.Steps.Count, _warn) : null;
        _trainer.Fit(Session.Phases(_rate), new RunObservers(_recorder, observer, log), cancel);
        var kept = RunFiles.WriteEnd(Folder, Session, State);
        return _result = new TrainedRun(Folder, Session.Config.Seed, State.History, kept, Session.Validation.Count,
            Session.Data.BadPhotos.Count);
    }

    /// <summary>Saves a checkpoint, from any thread at any time.</summary>
    /// <returns>False if the last checkpoint was left in place because the loss is no longer finite.</returns>
    /// <exception cref="UserException">The checkpoint cannot be written.</exception>
    public bool Save() => _trainer.Save();

    /// <summary>Ends a fitted run for good: removes what it could be resumed from, except for the checkpoints to keep.</summary>
    public void Finish()
    {
        var result = _result ?? throw new InvalidOperationException("the run is not fitted yet");
        _lock.Finish();
        new CheckpointFolder(Folder.Checkpoint).Finish(Session.Config.Keep);
        RunFiles.RemoveSolved(Folder, State, result.Kept);
    }

    /// <summary>Frees the network and unlocks the folder.</summary>
    public void Dispose()
    {
        _trainer.Dispose();
        _optimizer.Dispose();
        Session.Dispose();
        _lock.Dispose();
    }
}
