using System.Globalization;
using PetBreeds.Catalog;
using PetBreeds.Models;
using PetBreeds.Reports.Pictures;
using PetBreeds.Reports.Plots;
using PetBreeds.Runs;
using PetBreeds.Runtime;
using PetBreeds.Training;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Losses;
using PetBreeds.Training.Planning;
using PetBreeds.Training.Steps;

namespace PetBreeds.Cli.Console;

/// <summary>What a run leaves in its folder.</summary>
internal static class RunFiles
{
    private const int ShownPhotos = 16;

    /// <summary>A new run's folder, of a given name or of one made of time, network and data.</summary>
    /// <exception cref="UserException">The name is taken or no plain name, or the folder cannot be made.</exception>
    public static RunFolder CreateFolder(string runs, string? name, TrainOptions config) => name is null
        ? RunFolder.Create(runs, config.Architecture.Name, DataName(config), TimeProvider.System.GetUtcNow())
        : RunFolder.CreateNamed(runs, name);

    /// <summary>What is known before the first step: how to repeat the run, and what it ran on.</summary>
    /// <param name="folder">Made already.</param>
    /// <param name="session">About to train.</param>
    /// <param name="flags">What the command that repeats the run needs besides its configuration.</param>
    public static void WriteStart(RunFolder folder, TrainingSession session, string flags = "")
    {
        var path = Path.GetRelativePath(Environment.CurrentDirectory, folder.Config).Replace('\\', '/');
        ConfigFile.Save(folder.Config, session.Config.WithFullPaths(), $"Repeats this run: petbreeds train --config {path}{flags}");
        var library = TorchRuntime.EnsureLoaded();
        var now = TimeProvider.System.GetUtcNow();
        RunEnvironment.Write(folder.Environment, now, [.. Environment.GetCommandLineArgs().Skip(1)], new Dictionary<string, string>
        {
            ["libtorch"] = $"{library.Version} ({library.Source})",
            ["device"] = session.Device.ToString(),
            ["precision"] = session.Compute.Precision.Name(),
            ["memory_format"] = session.Compute.ChannelsLast ? "channels last" : "channels first",
            ["threads"] = TorchSharp.torch.get_num_threads().ToString(CultureInfo.InvariantCulture),
            ["weights"] = session.Weights.Name ?? "none",
            ["weights_sha256"] = session.Weights.Sha256 ?? "none",
            ["weights_taken"] = session.Weights is { Path: not null, Taken: var taken } ? taken ?? "all" : "none",
        });
        BatchPicture.SaveBatch(folder.TrainBatch, session.Data, session.Training, ShownPhotos, session.Device);
    }

    /// <summary>The model and the curves; the model comes last: with it, the run is finished.</summary>
    /// <returns>The result whose model it is.</returns>
    public static EpochResult WriteEnd(RunFolder folder, TrainingSession session, TrainState state)
    {
        RunData.Of(session.Data).Write(folder.Data);
        StepsCsv.Write(folder.Steps, state.Steps);
        CurvesPlot.Save(folder.Curves, state.History, state.Steps, folder.Name, session.Config.EffectiveData == DataFolder.Sample);
        var kept = Kept(folder, session, state);
        if (kept.IsSolved && state.Epochs.Count > 0)
            ModelFile.Copy(folder.Solved, folder.Model);
        else
            SaveModel(folder.Model, folder, session, kept);
        if (kept.Error <= state.History.Min(epoch => epoch.Error))
            File.Delete(folder.Best); // no better than the one that is kept
        return kept;
    }

    /// <summary>
    /// The result whose model is kept: the last one, or the solved head's where fine-tuning made it worse, the last was not asked for, and
    /// the solved head could be saved.
    /// </summary>
    private static EpochResult Kept(RunFolder folder, TrainingSession session, TrainState state) =>
        state is { EndsWorse: true, Start: { } start } && session.Config.Final == FinalModel.Better && File.Exists(folder.Solved)
            ? start
            : state.History[^1];

    /// <summary>
    /// Removes the model with the solved head, once the run is finished and cannot be gone on with, where another model is as good.
    /// </summary>
    public static void RemoveSolved(RunFolder folder, TrainState state, EpochResult kept)
    {
        if (kept.IsSolved || !state.EndsWorse)
            File.Delete(folder.Solved);
    }

    /// <summary>The network as it is.</summary>
    public static void SaveModel(string path, RunFolder folder, TrainingSession session, EpochResult last)
    {
        var card = new ModelCard(session.Model.Body.Plan, session.Catalog.Classes, session.Preprocessing, new Dictionary<string, string>
        {
            ["program"] = $"petbreeds {typeof(ModelCard).Assembly.GetName().Version!.ToString(3)}",
            ["run"] = folder.Name,
            ["data"] = DataName(session.Config),
            ["photos"] = $"{session.Training.Count} training, {session.Validation.Count} validation",
            ["starting_weights"] = session.Weights.Name ?? "none",
            ["starting_weights_sha256"] = session.Weights.Sha256 ?? "none",
            ["seed"] = session.Config.Seed.ToString(CultureInfo.InvariantCulture),
            ["epochs"] = last.Epoch.ToString(CultureInfo.InvariantCulture),
            ["valid_error"] = last.Error.ToString("0.######", CultureInfo.InvariantCulture),
        })
        {
            Loss = session.Config.Loss == LossKind.BinaryCrossEntropy ? ModelCard.BinaryCrossEntropy : ModelCard.CrossEntropy,
            SeveralLabels = session.Catalog.SeveralLabels,
        };
        ModelFile.Save(path, session.Model, card);
    }

    /// <summary>A short name for the data a configuration names.</summary>
    public static string DataName(TrainOptions config) =>
        Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(config.EffectiveData ?? config.Labels["csv:".Length..]));

    /// <summary>The finder's curve in a run's folder, as a picture and as numbers.</summary>
    public static void SaveCurve(RunFolder folder, LearningRateCurve curve)
    {
        SaveCurve(folder.LrFind, curve);
        LrFindCsv.Write(folder.LrFindCurve, curve);
    }

    /// <summary>The finder's curve as a picture.</summary>
    public static void SaveCurve(string path, LearningRateCurve curve) =>
        LrFindPlot.Save(path, curve.Rates, curve.Losses, curve.Smoothed, curve.Suggestions);
}
