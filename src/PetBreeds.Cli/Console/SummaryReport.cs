using PetBreeds.Batches.Walkthrough;
using PetBreeds.Catalog;
using PetBreeds.Pixels;
using PetBreeds.Training.Configuration;

namespace PetBreeds.Cli.Console;

/// <summary>What is known about a data set; if the catalog fails, everything after it is null.</summary>
/// <param name="Config">What was asked for.</param>
/// <param name="Catalog">Photos and labels.</param>
/// <param name="Photo">The photo that was followed.</param>
/// <param name="Followed">The photo's steps, then those of a batch.</param>
/// <param name="PhotoSteps">How many of the steps are the photo's.</param>
/// <param name="Statistics">Pixel statistics of presized training photos.</param>
/// <param name="Failed">The first step that failed; null if none did.</param>
internal sealed record SummaryReport(
    TrainOptions Config, PhotoCatalog? Catalog = null, PhotoItem? Photo = null, IReadOnlyList<WalkStep>? Followed = null,
    int PhotoSteps = 0, PixelStatistics? Statistics = null, WalkStep? Failed = null)
{
    public IReadOnlyList<WalkStep> Steps => [.. (Followed ?? []).Take(PhotoSteps)];

    public IReadOnlyList<WalkStep> BatchSteps => [.. (Followed ?? []).Skip(PhotoSteps)];

    /// <summary>Photos of each class in each split.</summary>
    public IEnumerable<(string Class, int Train, int Valid, int Test)> Counts
    {
        get
        {
            var counts = Catalog!.Items.SelectMany(item => item.Labels, (item, label) => (label, item.Split))
                .CountBy(pair => pair).ToDictionary();
            int Of(int label, Split split) => counts.GetValueOrDefault((label, split));
            return Catalog.Classes.Select((name, i) => (name, Of(i, Split.Train), Of(i, Split.Valid), Of(i, Split.Test)));
        }
    }
}
