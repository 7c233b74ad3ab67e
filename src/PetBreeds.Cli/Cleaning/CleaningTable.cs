using PetBreeds.Batches;
using PetBreeds.Catalog;
using PetBreeds.Catalog.Reading;
using PetBreeds.Catalog.Verification;
using PetBreeds.Cli.Console;
using PetBreeds.Evaluation;
using PetBreeds.Evaluation.Cleaning;
using PetBreeds.Pixels.Cache;
using PetBreeds.Runs;
using PetBreeds.Runtime;
using PetBreeds.Training;
using PetBreeds.Training.Configuration;

namespace PetBreeds.Cli.Cleaning;

/// <summary>A run's photos, ranked by how doubtful their labels are.</summary>
/// <param name="run">Which run.</param>
/// <param name="config">Its configuration.</param>
/// <param name="catalog">Its data set without any cleaning.</param>
internal sealed class CleaningTable(RunFolder run, TrainOptions config, PhotoCatalog catalog)
{
    private readonly Dictionary<string, string> _labels =
        catalog.Items.ToDictionary(item => item.Name, item => catalog.Classes[item.Label], StringComparer.Ordinal);

    /// <summary>Classes of the data set.</summary>
    public IReadOnlyList<string> Classes => catalog.Classes;

    /// <summary>How photos are ranked, for display.</summary>
    public string How => CrossValidated
        ? "Ranked by the loss of models that were not trained on the photo; confident learning marks doubtful labels."
        : "Ranked by the loss of the run's model, which may have memorised wrong labels; train --cross-validate 5 avoids that.";

    private bool CrossValidated => File.Exists(run.OutOfFold);

    /// <summary>Reads the data set of a run.</summary>
    /// <exception cref="UserException">The run or its photos do not exist.</exception>
    public static CleaningTable Open(RunFolder run, CancellationToken cancel)
    {
        var config = run.ReadOptions();
        var catalog = TrainingData.ReadCatalog(config with { Cleaning = null }, new SetupProgress(), cancel);
        return catalog.SeveralLabels
            ? throw new UserException("multi-label data cannot be cleaned: ranking needs one label per photo", run.Folder,
                "Correct the label table itself.")
            : new CleaningTable(run, config, catalog);
    }

    /// <summary>All photos of a split, most doubtful labels first; those that an earlier cleaning left out come last.</summary>
    /// <param name="split">Null means all.</param>
    /// <param name="device">For the model, if there is no cross-validation.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="UserException">There are no such photos, or nothing to rank them by.</exception>
    public IReadOnlyList<RankedPhoto> Rank(Split? split, ComputeDevice device, CancellationToken cancel)
    {
        var decided = Decided(config.Cleaning).ToDictionary(decision => decision.Photo, StringComparer.Ordinal);
        var index = catalog.Classes.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
        bool Wanted(PhotoItem item) => split is null || item.Split == split;
        bool LeftOut(PhotoItem item) => decided.GetValueOrDefault(item.Name)?.Action == CleaningAction.Delete;
        var all = catalog.Items.Select(item =>
            decided.GetValueOrDefault(item.Name)?.Label is { } label && index.TryGetValue(label, out var place)
                ? item with { Label = place } : item).ToArray();
        if (!all.Any(Wanted))
            throw new UserException($"the data set has no {split.ToString()!.ToLowerInvariant()} photos", "--split",
                "Use another split, or all.");
        PhotoItem[] learned = [.. all.Where(item => !LeftOut(item))];
        var ranked = CrossValidated // thresholds come from all photos, whichever are wanted
            ? LabelRanking.ByConfidentLearning(learned, catalog.Classes, run.OutOfFold).Where(photo => Wanted(photo.Photo))
            : ByLoss([.. learned.Where(Wanted)], device, cancel);
        return [.. ranked, .. all.Where(item => Wanted(item) && LeftOut(item)).Select(RankedPhoto.Unknown)];
    }

    /// <summary>Opens the pixels of ranked photos, in their order. Dispose it.</summary>
    public TrainingData Pixels(IReadOnlyList<RankedPhoto> photos) =>
        TrainingData.Open(config, catalog, [.. photos.Select(photo => photo.Photo)]);

    /// <summary>Reads the pixels of one photo.</summary>
    public static bool Read(TrainingData pixels, int photo, PixelReader read) => pixels.Read(new Sample(photo, 0, 0), read);

    /// <summary>A session that continues from earlier decisions.</summary>
    /// <param name="photos">Ranked.</param>
    /// <param name="pixels">The pixels of these photos.</param>
    /// <param name="file">Where decisions are saved.</param>
    /// <param name="cancel">Stops it.</param>
    public CleaningSession Session(IReadOnlyList<RankedPhoto> photos, TrainingData pixels, string file, CancellationToken cancel)
    {
        var before = File.Exists(file) ? file : config.Cleaning;
        var copies = ProgressBar.Run("looking for copies", bar =>
        {
            var progress = new Direct<int>(done => bar.Report(done, photos.Count, $"{done}/{photos.Count} photos"));
            return NearCopies.Find(photos.Count, (i, read) => Read(pixels, i, read), progress.Report, cancel);
        });
        string[] labels = [.. photos.Select(photo => _labels[photo.Photo.Name])];
        return new CleaningSession(catalog.Classes, photos, copies, labels, file, Decided(before));
    }

    private IReadOnlyList<CleaningDecision> Decided(string? file) =>
        file is null ? [] : CleaningFile.Read(file, config.Encoding, catalog.Items.Select(item => item.Name));

    private IReadOnlyList<RankedPhoto> ByLoss(PhotoItem[] photos, ComputeDevice device, CancellationToken cancel)
    {
        if (!File.Exists(run.Model))
            throw new UserException("the run has neither a model nor a cross-validation", run.Folder,
                "Use a run that finished training, or one made by petbreeds train --cross-validate 5.");
        using var predictor = new Predictor(run.Model, device);
        return ProgressBar.Run("ranking labels", bar => LabelRanking.ByLoss(photos, catalog.Classes, predictor,
            done => bar.Report(done, photos.Length, $"{done}/{photos.Length} photos"), cancel));
    }
}
