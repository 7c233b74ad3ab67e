using System.Globalization;
using PetBreeds.Models;
using PetBreeds.Runtime;
using PetBreeds.Training;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Losses;
using PetBreeds.Training.Steps;

namespace PetBreeds.Runs;

/// <summary>Writes the files of a run folder.</summary>
internal static class RunFiles
{
    /// <summary>Creates the folder of a new run, with the given name or one made from time, network and data.</summary>
    /// <exception cref="UserException">The name is taken or is not a plain name, or the folder cannot be created.</exception>
    public static RunFolder CreateFolder(RunOptions options, TrainOptions config) => options.Name is { } name
        ? RunFolder.CreateNamed(options.Folder, name)
        : RunFolder.Create(options.Folder, config.Architecture.Name, DataName(config), TimeProvider.System.GetUtcNow());

    /// <summary>Writes what is known before the first step: how to repeat the run, and its environment.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <param name="session">A session about to train.</param>
    /// <param name="header">
    /// Returns the first line of config.yaml, given the file's path relative to the current folder; null for none.
    /// </param>
    public static void WriteStart(RunFolder folder, TrainingSession session, Func<string, string>? header)
    {
        var path = Path.GetRelativePath(Environment.CurrentDirectory, folder.Config).Replace('\\', '/');
        ConfigFile.Save(folder.Config, session.Config.WithFullPaths(), header?.Invoke(path) ?? "The settings of this run");
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
    }

    /// <summary>Writes the data description, the steps and the model. The model comes last, as it marks the run as finished.</summary>
    /// <returns>The result that belongs to the saved model.</returns>
    public static EpochResult WriteEnd(RunFolder folder, TrainingSession session, TrainState state)
    {
        RunData.Of(session.Data).Write(folder.Data);
        StepsCsv.Write(folder.Steps, state.Steps);
        var kept = Kept(folder, session, state);
        if (kept.IsSolved && state.Epochs.Count > 0)
            ModelFile.Copy(folder.Solved, folder.Model);
        else
            SaveModel(folder.Model, folder, session, kept);
        if (kept.Error <= state.History.Min(epoch => epoch.Error))
            File.Delete(folder.Best); // no better than the kept one
        return kept;
    }

    /// <summary>
    /// The result whose model is kept: the last one, or the solved head's if fine-tuning made it worse, the last one was not asked for, and
    /// the solved head could be saved.
    /// </summary>
    private static EpochResult Kept(RunFolder folder, TrainingSession session, TrainState state) =>
        state is { EndsWorse: true, Start: { } start } && session.Config.Final == FinalModel.Better && File.Exists(folder.Solved)
            ? start
            : state.History[^1];

    /// <summary>
    /// Removes the model with the solved head once the run is finished and can no longer be resumed, if another model is as good.
    /// </summary>
    public static void RemoveSolved(RunFolder folder, TrainState state, EpochResult kept)
    {
        if (kept.IsSolved || !state.EndsWorse)
            File.Delete(folder.Solved);
    }

    /// <summary>Saves the network in its current state.</summary>
    public static void SaveModel(string path, RunFolder folder, TrainingSession session, EpochResult last)
    {
        var card = new ModelCard(session.Model.Body.Plan, session.Catalog.Classes, session.Preprocessing, new Dictionary<string, string>
        {
            ["program"] = ProgramVersion.Name,
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

    /// <summary>A short name for the data of a configuration.</summary>
    public static string DataName(TrainOptions config) =>
        Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(config.EffectiveData ?? config.Labels.TablePath!));
}
