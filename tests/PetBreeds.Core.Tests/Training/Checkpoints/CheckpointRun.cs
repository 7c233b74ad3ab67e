using PetBreeds.Training;
using PetBreeds.Training.Checkpoints;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Optimizers;
using PetBreeds.Training.Steps;
using TorchSharp;

namespace PetBreeds.Tests.Training.Checkpoints;

/// <summary>A session with its checkpoints, as a command opens it.</summary>
internal sealed class CheckpointRun : IDisposable
{
    private readonly AdamW _optimizer;

    public CheckpointRun(TrainOptions config, string folder, bool goOn = false)
    {
        Folder = new CheckpointFolder(folder);
        var from = goOn ? Folder.Newest(problem => Problems.Add(problem)) : null;
        Session = TrainingSession.Open(config, new SetupProgress(), CancellationToken.None, from?.Run);
        _optimizer = Session.NewOptimizer();
        Checkpoints = new CheckpointOptions(Folder, Session.Identity(null), TimeSpan.FromMinutes(config.SaveEvery),
            config.Keep)
        { OnFailure = Failures.Add };
        Trainer = Session.Trainer(_optimizer, Checkpoints);
        if (from is not null)
            Trainer.Restore(from);
    }

    public CheckpointFolder Folder { get; }

    public TrainingSession Session { get; }

    public CheckpointOptions Checkpoints { get; }

    public Trainer Trainer { get; }

    public List<string> Problems { get; } = [];

    public List<UserException> Failures { get; } = [];

    public void Fit(Recorder? watch = null) => Trainer.Fit(Session.Phases(), watch ?? new Recorder(), CancellationToken.None);

    /// <summary>Trains until a step is done.</summary>
    public void FitUntil(int step)
    {
        using var cancel = new CancellationTokenSource();
        var watch = new Recorder { OnStep = done => { if (done.Step == step - 1) cancel.Cancel(); } };
        if (step == 0)
            cancel.Cancel();
        Xunit.Assert.Throws<OperationCanceledException>(() => Trainer.Fit(Session.Phases(), watch, cancel.Token));
    }

    /// <summary>All that must be the same: weights and statistics, moments, every step, every epoch without its times.</summary>
    public (string Tensors, StepResult[] Steps, EpochResult[] Epochs) Outcome()
    {
        using var scope = torch.NewDisposeScope();
        var all = PetBreeds.Models.ModuleTensors.NamedTensors(Session.Model)
            .Concat(_optimizer.State().Select(item => (item.Key, item.Value)));
        using var bytes = new MemoryStream();
        foreach (var (_, tensor) in all)
            tensor.detach().contiguous().WriteBytesToStream(bytes);
        return (Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes.ToArray())), [.. Trainer.State.Steps],
            [.. Trainer.State.Epochs.Select(epoch => epoch with { Seconds = 0, ImagesPerSecond = 0 })]);
    }

    public void Dispose()
    {
        Trainer.Dispose();
        _optimizer.Dispose();
        Session.Dispose();
    }
}
