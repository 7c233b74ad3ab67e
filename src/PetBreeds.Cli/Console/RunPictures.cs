using PetBreeds.Catalog;
using PetBreeds.Reports.Pictures;
using PetBreeds.Reports.Plots;
using PetBreeds.Runs;
using PetBreeds.Training;
using PetBreeds.Training.Planning;

namespace PetBreeds.Cli.Console;

/// <summary>The pictures in a run's folder, apart from its report.</summary>
internal static class RunPictures
{
    private const int ShownPhotos = 16;

    /// <summary>The first training batch, and the learning-rate finder's curve if there is one.</summary>
    /// <exception cref="UserException">A file cannot be written.</exception>
    public static void SaveStart(RunFolder folder, TrainingSession session, LearningRateCurve? curve = null)
    {
        BatchPicture.SaveBatch(folder.TrainBatch, session.Data, session.Training, ShownPhotos, session.Device);
        if (curve is not null)
            Save(folder.LrFind, curve);
    }

    /// <summary>The learning-rate finder's curve.</summary>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Save(string path, LearningRateCurve curve) =>
        LrFindPlot.Save(path, curve.Rates, curve.Losses, curve.Smoothed, curve.Suggestions);

    /// <summary>Losses, errors and rates of a trained run.</summary>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void SaveCurves(TrainingRun run) => CurvesPlot.Save(run.Folder.Curves, run.State.History, run.State.Steps,
        run.Folder.Name, run.Session.Config.EffectiveData == DataFolder.Sample);
}
