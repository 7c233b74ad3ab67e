using PetBreeds.Catalog;
using PetBreeds.Training;

namespace PetBreeds.Cli.Console;

/// <summary>Opens a training session with progress, and says what was found.</summary>
internal static class SessionSetup
{
    /// <param name="config">What was asked for.</param>
    /// <param name="cancel">Stops it.</param>
    /// <param name="yes">Whether what is missing may be downloaded unasked.</param>
    public static TrainingSession Open(TrainConfig config, CancellationToken cancel, bool yes = false)
    {
        Downloads.Ensure(TrainingSession.Missing(config), yes, cancel);
        var session = ProgressBar.Run("preparing", bar => TrainingSession.Open(config, new SetupProgress(
            new Direct<(int Done, int Total)>(p => bar.Report(p.Done, p.Total, $"drawing the sample data set {p.Done}/{p.Total}")),
            new Direct<Pixels.PresizeProgress>(p => bar.Report(p.Done, p.Total, $"presizing {p.Done}/{p.Total} photos ({Terminal.Bytes(p.BytesExpected)})"))), cancel));
        Describe(session);
        return session;
    }

    private static void Describe(TrainingSession session)
    {
        var catalog = session.Catalog;
        var synthetic = session.Config.EffectiveData == DataFolder.Sample ? " (synthetic sample)" : "";
        Terminal.Note($"data      {session.Training.Count} photos to train on, {session.Validation.Count} to validate on, {catalog.Classes.Count} classes{synthetic}");
        Terminal.Note($"labels    {catalog.LabelSource}; split: {catalog.SplitSource}");
        foreach (var passed in catalog.PassedOver)
            Terminal.Note($"left out  {passed.Count} {passed.Reason} (such as {passed.Example})");
        foreach (var bad in session.BadPhotos.Take(5))
            Terminal.Warn($"{catalog.Items[bad.Index].Path}: {bad.Reason}; left out");
        if (session.BadPhotos.Count > 5)
            Terminal.Warn($"{session.BadPhotos.Count} photos could not be decoded in all");
        Terminal.Note($"network   {session.Config.Arch} from {session.Weights.Path ?? "random weights"}, on {session.Device}");
        if (session.Weights.Path is null && session.Config.FreezeEpochs > 0)
            Terminal.Warn("a body with random weights learns nothing while frozen: use --freeze-epochs 0 with --weights none");
    }
}
