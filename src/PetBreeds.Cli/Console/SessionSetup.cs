using PetBreeds.Catalog;
using PetBreeds.Pixels.Cache;
using PetBreeds.Runtime;
using PetBreeds.Training;
using PetBreeds.Training.Checkpoints;
using PetBreeds.Training.Configuration;
using TorchSharp;

namespace PetBreeds.Cli.Console;

/// <summary>Opens a training session with progress, and says what was found.</summary>
internal static class SessionSetup
{
    private const int BadPhotosNamed = 10;
    private const int ConcernsNamed = 20;
    private const int ClassesNamed = 10;

    /// <param name="config">What was asked for.</param>
    /// <param name="cancel">Stops it.</param>
    /// <param name="yes">Whether what is missing may be downloaded unasked.</param>
    /// <param name="resumed">Where a run is gone on with.</param>
    public static TrainingSession Open(TrainOptions config, CancellationToken cancel, bool yes = false, RunIdentity? resumed = null)
    {
        Downloads.Ensure(TrainingSession.Missing(config, resumed is not null), yes, cancel);
        var session = ProgressBar.Run("preparing", bar => TrainingSession.Open(config, On(bar), cancel, resumed));
        session.MicroBatches.Halved += photos => Terminal.Warn(
            $"out of memory: from here {photos} photos go through the network at once; "
                + $"a step still sees {session.Config.BatchSize * session.Config.GradAccum}");
        Describe(session, config.AutoBatchSize);
        return session;
    }

    /// <summary>Shows the slow parts of a preparation on a bar.</summary>
    public static SetupProgress On(ProgressBar bar) => new(
        new Direct<(int Done, int Total)>(p => bar.Report(p.Done, p.Total, $"drawing the sample data set {p.Done}/{p.Total}")));

    /// <summary>Says what of a data set was left out, what is the matter with the first classes, and with how many more.</summary>
    public static void DescribeLeftOut(IReadOnlyList<PassedOver> leftOut, IReadOnlyList<Concern> concerns)
    {
        foreach (var passed in leftOut)
            Terminal.Note($"left out  {passed.Count} {passed.Reason} (such as {passed.Example})");
        WarnOfClasses(concerns);
    }

    /// <summary>Says what is the matter with the first classes, and with how many more.</summary>
    public static void WarnOfClasses(IReadOnlyList<Concern> concerns)
    {
        foreach (var concern in concerns.Take(ConcernsNamed))
            Terminal.Warn(concern.Problem);
        if (concerns.Count > ConcernsNamed)
            Terminal.Warn($"{concerns.Count - ConcernsNamed} more such warnings; `petbreeds data verify` shows them");
    }

    /// <summary>Names the first classes of which nothing is measured.</summary>
    private static void WarnOfNotValidated(TrainingData data)
    {
        if (data.NotValidated is { Count: > 0 and var count } names)
            Terminal.Warn($"there is no photo to validate on in {count} of {data.Catalog.Classes.Count} classes ("
                + string.Join(", ", names.Take(ClassesNamed).Select(name => $"'{name}'")) + (count > ClassesNamed ? ", …" : "")
                + "): nothing says how well they are learned");
    }

    /// <summary>Names the first photos that could not be decoded, and says how many there are.</summary>
    public static void WarnOfBadPhotos(TrainingData data)
    {
        foreach (var (photo, reason) in data.BadPhotos.Take(BadPhotosNamed))
            Terminal.Warn($"{photo.Path}: {reason}; left out");
        if (data.BadPhotos.Count > BadPhotosNamed)
            Terminal.Warn($"{data.BadPhotos.Count} photos cannot be decoded in all; `petbreeds data verify` names them");
    }

    private static string Seconds(PresizePlan plan) =>
        $"{Math.Max(1, plan.Work.TotalSeconds):N0} s of one core";

    private static void Describe(TrainingSession session, bool autoBatchSize)
    {
        var catalog = session.Catalog;
        var synthetic = session.Config.EffectiveData == DataFolder.Sample ? " (synthetic sample)" : "";
        Terminal.Note($"data      {session.Training.Count} photos to train on, {session.Validation.Count} to validate on, {catalog.Classes.Count} classes{synthetic}");
        Terminal.Note($"labels    {catalog.LabelSource}; split: {catalog.SplitSource}");
        DescribeLeftOut(catalog.PassedOver, catalog.Concerns);
        WarnOfNotValidated(session.Data);
        WarnOfBadPhotos(session.Data);
        if (session.Data.Presizing is { } presizing)
            Terminal.Note($"pixels    {presizing.Photos} photos are presized as they are first used: {Seconds(presizing)}"
                + (presizing.Kept ? $", {Terminal.Bytes(presizing.Bytes)} in {presizing.Folder}" : "; another run keeps them"));
        Terminal.Note($"network   {session.Config.Architecture.Name} from {session.Weights.Path ?? "random weights"}, on {session.Compute}");
        if (session.Weights.Taken is { } taken)
            Terminal.Note($"weights   {taken}");
        if (session.Compute is { Device.type: DeviceType.CPU, Precision: var precision } && !CpuFeatures.Detect().IsFast(precision))
            Terminal.Warn($"this processor has no instructions for {precision.Name()}: it is many times slower than fp32");
        Terminal.Note($"recipe    {session.Config.Recipe.Name()}: {Recipe.Describe(session.Config, session.Training.Count, catalog.Classes.Count)}");
        if (session.Head is { } head)
            Terminal.Note($"head      features of {session.Training.Count} photos take {Terminal.Bytes(head.Bytes)} of memory");
        if (autoBatchSize || session.Config.GradAccum > 1)
            Terminal.Note($"batch     {BatchText(session.Config, autoBatchSize)}");
        if (session.Weights.Path is null && session.Plan.FreezeEpochs > 0)
            Terminal.Warn("a body with random weights learns nothing while frozen: use --freeze-epochs 0 with --weights none");
    }

    private static string BatchText(TrainOptions config, bool auto)
    {
        var text = $"{config.BatchSize} photos at once{(auto ? " (the most that fit into memory, up to 256; 64 on a processor)" : "")}";
        return config.GradAccum > 1 ? $"{text}, {config.BatchSize * config.GradAccum} a step" : text;
    }
}
