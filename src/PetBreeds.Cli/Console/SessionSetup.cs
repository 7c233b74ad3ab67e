using PetBreeds.Catalog;
using PetBreeds.Pixels.Cache;
using PetBreeds.Runtime;
using PetBreeds.Training;
using PetBreeds.Training.Checkpoints;
using PetBreeds.Training.Configuration;

namespace PetBreeds.Cli.Console;

/// <summary>Opens a training session with progress, and says what was found.</summary>
internal static class SessionSetup
{
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
        DescribeLeftOut(leftOut);
        WarnOfClasses(concerns);
    }

    private static void DescribeLeftOut(IReadOnlyList<PassedOver> leftOut)
    {
        foreach (var passed in leftOut)
            Terminal.Note($"left out  {passed.Count} {passed.Reason} (such as {passed.Example})");
    }

    /// <summary>Says what deserves attention about the classes.</summary>
    public static void WarnOfClasses(IReadOnlyList<Concern> concerns) => Warn(SessionWarnings.OfClasses(concerns));

    /// <summary>Names the first photos that cannot be decoded, and says how many there are.</summary>
    public static void WarnOfBadPhotos(TrainingData data) => Warn(SessionWarnings.OfBadPhotos(data));

    private static void Warn(IEnumerable<string> warnings)
    {
        foreach (var warning in warnings)
            Terminal.Warn(warning);
    }

    private static string Seconds(PresizePlan plan) =>
        $"{Math.Max(1, plan.Work.TotalSeconds):N0} s of one core";

    private static void Describe(TrainingSession session, bool autoBatchSize)
    {
        var catalog = session.Catalog;
        var synthetic = session.Config.EffectiveData == DataFolder.Sample ? " (synthetic sample)" : "";
        Terminal.Note($"data      {session.Training.Count} photos to train on, {session.Validation.Count} to validate on, {catalog.Classes.Count} classes{synthetic}");
        Terminal.Note($"labels    {catalog.LabelSource}; split: {catalog.SplitSource}");
        DescribeLeftOut(catalog.PassedOver);
        if (session.Data.Presizing is { } presizing)
            Terminal.Note($"pixels    {presizing.Photos} photos are presized as they are first used: {Seconds(presizing)}"
                + (presizing.Kept ? $", {ByteCount.Text(presizing.Bytes)} in {presizing.Folder}" : "; another run keeps them"));
        Terminal.Note($"network   {session.Config.Architecture.Name} from {session.Weights.Path ?? "random weights"}, on {session.Compute}");
        if (session.Weights.Taken is { } taken)
            Terminal.Note($"weights   {taken}");
        Terminal.Note($"recipe    {session.Config.Recipe.Name()}: {Recipe.Describe(session.Config, session.Training.Count, catalog.Classes.Count)}");
        if (session.Head is { } head)
            Terminal.Note($"head      features of {session.Training.Count} photos take {ByteCount.Text(head.Bytes)} of memory");
        if (autoBatchSize || session.Config.GradAccum > 1)
            Terminal.Note($"batch     {BatchText(session.Config, autoBatchSize)}");
        Warn(SessionWarnings.Of(session));
    }

    private static string BatchText(TrainOptions config, bool auto)
    {
        var text = $"{config.BatchSize} photos at once{(auto ? " (the most that fit into memory, up to 256; 64 on a processor)" : "")}";
        return config.GradAccum > 1 ? $"{text}, {config.BatchSize * config.GradAccum} a step" : text;
    }
}
