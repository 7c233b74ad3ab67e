using PetBreeds.Catalog;
using PetBreeds.Evaluation;
using PetBreeds.Models;
using PetBreeds.Runs;
using PetBreeds.Training;

namespace PetBreeds.Export;

/// <summary>The photos of a run that an export is checked on.</summary>
internal static class ExportPhotos
{
    /// <summary>More tell little more and take time.</summary>
    public const int Most = 400;

    /// <summary>Validation photos, evenly spread over all of them.</summary>
    /// <param name="run">Whose.</param>
    /// <param name="card">Of its model.</param>
    /// <param name="sample">Told of the sample data set's drawing.</param>
    /// <param name="cancel">Stops the drawing.</param>
    /// <exception cref="UserException">They are not where they were.</exception>
    public static IReadOnlyList<PhotoItem> Of(
        RunFolder run, ModelCard card, IProgress<(int Done, int Total)>? sample, CancellationToken cancel)
    {
        try
        {
            var config = run.ReadOptions();
            var photos = EvaluationPhotos.Read(TrainingData.CatalogOptions(config, sample, cancel), Split.Valid, card.Classes).Photos;
            var count = Math.Min(photos.Count, Most);
            return [.. Enumerable.Range(0, count).Select(i => photos[(int)((long)i * photos.Count / count)])];
        }
        catch (UserException e)
        {
            throw new UserException($"the photos to check the export on cannot be found: {e.Message}", run.Folder,
                "Put them back, or export without the check.", e)
            { Next = NextStep.SkipExportCheck };
        }
    }
}
