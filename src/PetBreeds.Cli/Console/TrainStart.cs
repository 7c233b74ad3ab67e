using PetBreeds.Runs;
using PetBreeds.Training;
using PetBreeds.Training.Checkpoints;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Planning;

namespace PetBreeds.Cli.Console;

/// <summary>A training about to begin, or to go on.</summary>
/// <param name="Folder">Of the run; no other training runs in it.</param>
/// <param name="Session">Opened.</param>
/// <param name="Rate">The rate of <c>--lr auto</c>; else null.</param>
/// <param name="From">Where it goes on; null at the beginning.</param>
/// <param name="Lock">Held while it runs.</param>
internal sealed record TrainStart(RunFolder Folder, TrainingSession Session, double? Rate, CheckpointInfo? From, RunLock Lock) : IDisposable
{
    /// <summary>Goes on with a run.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="given">Settings given now: only some may differ from the run's.</param>
    /// <param name="yes">Whether what is missing may be downloaded unasked.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="UserException">The run is finished, is running, was not saved yet, or other settings are asked for.</exception>
    public static TrainStart Resume(RunFolder folder, IReadOnlyList<GivenSetting> given, bool yes, CancellationToken cancel)
    {
        var held = RunLock.GoOn(folder);
        try
        {
            var from = new CheckpointFolder(folder.Checkpoint).Newest(problem => Terminal.Warn($"{problem}; an earlier checkpoint is taken"))
                ?? throw new UserException("there is nothing to go on from: the run was interrupted before its first checkpoint", folder.Folder,
                    "Start it again with --config and its config.yaml, or with the command it was started with.");
            var config = ResumeCheck.Config(from.Run, given);
            var session = SessionSetup.Open(config, cancel, yes, from.Run);
            return new TrainStart(folder, session, from.Run.FoundRate, from, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Begins a run in a new folder.</summary>
    /// <param name="config">What to train.</param>
    /// <param name="runs">The folder for run folders.</param>
    /// <param name="name">The run folder's name; null makes one.</param>
    /// <param name="yes">Whether what is missing may be downloaded unasked.</param>
    /// <param name="cancel">Stops it.</param>
    public static TrainStart Begin(TrainOptions config, string runs, string? name, bool yes, CancellationToken cancel)
    {
        if (name is not null)
            RunFolder.RequireFree(runs, name); // before the work
        var session = SessionSetup.Open(config, cancel, yes);
        try
        {
            var curve = session.Plan.Lr == "auto" && session.Plan.AllEpochs > 0 ? Commands.LrFindCommand.Search(session, cancel) : null;
            double? rate = curve is null ? null : Commands.LrFindCommand.Valley(curve);
            if (TimePlanner.Plan(session, cancel) is { } plan)
                Terminal.Note(Describe(plan, config, session));
            _ = session.Phases(rate); // refuses a plan of steps that does not fit, before there is a folder
            var folder = RunFiles.CreateFolder(runs, name, config);
            var held = RunLock.Begin(folder);
            RunFiles.WriteStart(folder, session);
            if (curve is not null)
                RunFiles.SaveCurve(folder, curve);
            return new TrainStart(folder, session, rate, null, held);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>When and where this training saves itself.</summary>
    public CheckpointOptions Checkpoints() => new(new CheckpointFolder(Folder.Checkpoint), Session.Identity(Rate),
        TimeSpan.FromMinutes(Session.Config.SaveEvery), Session.Config.Keep)
    {
        OnFailure = error => Terminal.Warn($"no checkpoint was saved, the training goes on: {error.Message}"),
    };

    /// <summary>The run has ended; what it could be gone on from is removed, but for what was asked to be kept.</summary>
    public void Finish()
    {
        Lock.Finish();
        new CheckpointFolder(Folder.Checkpoint).Finish(Session.Config.Keep);
    }

    private static string Describe(TimePlan plan, TrainOptions config, TrainingSession session) =>
        $"plan      {plan.FreezeEpochs} frozen {(plan.FreezeEpochs == 1 ? "epoch" : "epochs")} and {plan.Epochs} more"
        + (plan.Steps is { } steps ? $", the last one cut short ({steps} steps in all)" : "")
        + $": about {Terminal.Duration(TimeSpan.FromSeconds(plan.Seconds))} of {config.Time}"
        + (plan.FreezeEpochs < (config.FreezeEpochs ?? 0) ? "; for more frozen epochs there is no time" : "")
        + (plan.Epochs < 2 && session.Weights.Path is null ? "; from random weights that is little" : "");

    public void Dispose()
    {
        Session.Dispose();
        Lock.Dispose();
    }
}
