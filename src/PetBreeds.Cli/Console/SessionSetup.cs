using PetBreeds.Catalog;
using PetBreeds.Distributed;
using PetBreeds.Pixels.Cache;
using PetBreeds.Runtime;
using PetBreeds.Training;
using PetBreeds.Training.Checkpoints;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Heads;

namespace PetBreeds.Cli.Console;

/// <summary>Opens a training session under a progress bar, and describes it.</summary>
internal static class SessionSetup
{
    /// <param name="config">The settings.</param>
    /// <param name="cancel">Stops it.</param>
    /// <param name="yes">Whether to download missing files without asking.</param>
    /// <param name="resumed">The run to resume; null for a new one.</param>
    /// <param name="group">The processes that train together; null for all that were started.</param>
    public static TrainingSession Open(TrainOptions config, CancellationToken cancel, bool yes = false, RunIdentity? resumed = null,
        IProcessGroup? group = null)
    {
        Downloads.Ensure(TrainingSession.Missing(config, resumed is not null), yes, cancel);
        var session = ProgressBar.Run("preparing", bar => TrainingSession.Open(config, On(bar), cancel, resumed, group ?? Ranks.Group));
        session.MicroBatches.Halved += photos => Terminal.Warn(
            $"out of memory: from now on {photos} photos go through the network at a time; "
                + $"a step still has {session.Config.BatchSize * session.Config.GradAccum}");
        Describe(session, config.AutoBatchSize);
        return session;
    }

    /// <summary>Reads the catalog of photos for jobs that each process does by itself; rank 0 downloads what is missing.</summary>
    public static PhotoCatalog ReadCatalog(TrainOptions config, bool yes, CancellationToken cancel)
    {
        if (Ranks.Group.Rank == 0)
            Downloads.Ensure(TrainingSession.Missing(config), yes, cancel);
        return ProgressBar.Run("preparing", bar => TrainingSession.ReadCatalog(config, Ranks.Group, On(bar), cancel));
    }

    /// <summary>Shows the slow parts of the preparation on a bar.</summary>
    public static SetupProgress On(ProgressBar bar) => new(
        new Direct<(int Done, int Total)>(p => bar.Report(p.Done, p.Total, $"drawing the sample data set {p.Done}/{p.Total}")));

    /// <summary>Prints what was left out of a data set, and the warnings about its classes.</summary>
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

    /// <summary>Prints the warnings about classes.</summary>
    public static void WarnOfClasses(IReadOnlyList<Concern> concerns) => Warn(SessionWarnings.OfClasses(concerns));

    /// <summary>Prints the first photos that cannot be decoded, and their number.</summary>
    public static void WarnOfBadPhotos(TrainingData data) => Warn(SessionWarnings.OfBadPhotos(data));

    private static void Warn(IEnumerable<string> warnings)
    {
        foreach (var warning in warnings)
            Terminal.Warn(warning);
    }

    private static string Seconds(PresizePlan plan) =>
        $"{Math.Max(1, plan.Work.TotalSeconds):N0} s on one core";

    private static void Describe(TrainingSession session, bool autoBatchSize)
    {
        var catalog = session.Catalog;
        var synthetic = session.Config.EffectiveData == DataFolder.Sample ? " (synthetic sample)" : "";
        Terminal.Note($"data      {session.Training.Count} photos to train on, {session.Validation.Count} to validate on, "
            + $"{catalog.Classes.Count} classes{synthetic}");
        Terminal.Note($"labels    {catalog.LabelSource}; split: {catalog.SplitSource}");
        DescribeLeftOut(catalog.PassedOver);
        if (session.Data.Presizing is { } presizing)
            Terminal.Note($"pixels    {presizing.Photos} photos are presized on first use: {Seconds(presizing)}"
                + (presizing.Kept ? $", {ByteCount.Text(presizing.Bytes)} in {presizing.Folder}" : "; another run caches them"));
        Terminal.Note($"network   {session.Config.Architecture.Name} from {session.Weights.Path ?? "random weights"}, "
            + $"on {session.Compute}");
        if (session.Weights.Taken is { } taken)
            Terminal.Note($"weights   {taken}");
        if (session.Group.Size > 1)
            Terminal.Note($"ranks     {session.Group.Description}: "
                + $"a step's {session.Config.BatchSize * session.Config.GradAccum} photos are shared");
        Terminal.Note($"recipe    {session.Config.Recipe.Name()}: "
            + Recipe.Describe(session.Config, session.Training.Count, catalog.Classes.Count));
        if (session.Head is { } head)
            Terminal.Note($"head      features of {session.Training.Count} photos take {ByteCount.Text(head.Bytes)} "
                + (head.InFile ? $"in a temporary file in {HeadStart.Folder}, because memory is too small" : "of memory"));
        if (autoBatchSize || session.Config.GradAccum > 1)
            Terminal.Note($"batch     {BatchText(session.Config, autoBatchSize)}");
        Warn(SessionWarnings.Of(session));
    }

    private static string BatchText(TrainOptions config, bool auto)
    {
        var text = $"{config.BatchSize} photos at a time{(auto ? " (the most that fit in memory, up to 256; 64 on a CPU)" : "")}";
        return config.GradAccum > 1 ? $"{text}, {config.BatchSize * config.GradAccum} per step" : text;
    }
}
