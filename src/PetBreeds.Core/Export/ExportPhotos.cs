using PetBreeds.Catalog;
using PetBreeds.Evaluation;
using PetBreeds.Models;
using PetBreeds.Runs;
using PetBreeds.Training;

namespace PetBreeds.Export;

/// <summary>The photos of a run that an export needs.</summary>
internal static class ExportPhotos
{
    /// <summary>More tell little more and take time.</summary>
    public const int Most = 400;

    /// <summary>Validation photos, on which an export is compared with the model; evenly spread over all of them.</summary>
    /// <param name="run">Whose.</param>
    /// <param name="card">Of its model.</param>
    /// <param name="sample">Told of the sample data set's drawing.</param>
    /// <param name="cancel">Stops the drawing.</param>
    /// <exception cref="UserException">They are not where they were.</exception>
    public static IReadOnlyList<PhotoItem> ToCheck(
        RunFolder run, ModelCard card, IProgress<(int Done, int Total)>? sample, CancellationToken cancel)
    {
        try
        {
            return Spread(run, Split.Valid, card, sample, cancel);
        }
        catch (UserException e)
        {
            throw new UserException($"the photos to check the export on cannot be found: {e.Message}", run.Folder,
                "Put them back, or export without the check.", e)
            { Next = NextStep.SkipExportCheck };
        }
    }

    /// <summary>Training photos, from which int8 takes the ranges of activations; evenly spread over all of them.</summary>
    /// <inheritdoc cref="ToCheck"/>
    public static IReadOnlyList<PhotoItem> ToCalibrate(
        RunFolder run, ModelCard card, IProgress<(int Done, int Total)>? sample, CancellationToken cancel)
    {
        try
        {
            return Spread(run, Split.Train, card, sample, cancel);
        }
        catch (UserException e)
        {
            throw new UserException($"the training photos, which int8 needs, cannot be found: {e.Message}", run.Folder,
                "Put them back, or export in float32 or float16, which need none.", e);
        }
    }

    private static PhotoItem[] Spread(
        RunFolder run, Split split, ModelCard card, IProgress<(int Done, int Total)>? sample, CancellationToken cancel)
    {
        var options = TrainingData.CatalogOptions(run.ReadOptions(), sample, cancel);
        var photos = EvaluationPhotos.Read(options, split, card.Classes).Photos;
        var count = Math.Min(photos.Count, Most);
        return [.. Enumerable.Range(0, count).Select(i => photos[(int)((long)i * photos.Count / count)])];
    }
}
