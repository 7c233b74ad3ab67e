using PetBreeds.Batches;
using PetBreeds.Batches.Augmentation;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Runtime;
using PetBreeds.Training;
using PetBreeds.Training.Configuration;
using static TorchSharp.torch;

namespace PetBreeds.Reports.Pictures;

/// <summary>
/// Shows why photos are presized and augmented in one interpolation (fast.ai book, chapter 5): the same photos with the same random draws,
/// on the left as in training, on the right by a chain of separate steps; each as a whole and as an enlarged detail.
/// </summary>
internal static class AugmentComparison
{
    private const int DetailShare = 4; // a detail's side is this fraction of the input's

    /// <summary>
    /// Stronger than in training, or the difference would be hard to see in print: the chapter rotates by 30° and zooms by 1.2. Crop and
    /// zoom are centred, so that both ways show the same area (see <see cref="NaiveAugment.Apply"/>).
    /// </summary>
    private static readonly AugmentParams[] Draws =
    [
        new() { Rotate = 30, Zoom = 1.2, Warp = (.08, -.08), CropArea = .75 },
        new() { Rotate = -25, Zoom = 1.25, Warp = (-.1, .05), CropArea = .7 },
        new() { Rotate = 20, Zoom = 1.3, Warp = (.1, .1), CropArea = .65 },
    ];

    /// <summary>Draws the comparison, one row per photo.</summary>
    /// <param name="path">The picture's file (.png or .jpg).</param>
    /// <param name="data">The data set.</param>
    /// <param name="samples">The photos.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Save(string path, TrainingData data, IReadOnlyList<Sample> samples, Device device)
    {
        AugmentParams[] draws = [.. samples.Select((_, i) => Draws[i % Draws.Length])];
        using var batch = data.Collate([.. samples], draws);
        var once = BatchPicture.Input(batch, batch.Count, data, device);
        var chained = Chained(batch, data.Config.Size, device);
        PhotoGrid.Save(path, [.. samples.SelectMany((_, i) => Row(once[i], chained[i], draws[i], data.Config))], columns: 4, cellSize: 240,
            title: "Same photos, same draws: one interpolation of the presized photo, or a chain of separate steps");
    }

    private static RgbImage[] Chained(Batch batch, int size, Device device)
    {
        using var scope = NewDisposeScope();
        var pixels = batch.Pixels.to(device).permute(0, 3, 1, 2).to(ScalarType.Float32).contiguous().DivInPlace(255); // float32 [N,3,S,S]
        return TensorPictures.ToImages(NaiveAugment.Apply(pixels, batch.Draws, size));
    }

    private static IEnumerable<PhotoCell> Row(RgbImage once, RgbImage chained, AugmentParams draw, TrainOptions config)
    {
        var side = config.Size / DetailShare;
        var (x, y) = Detail.Liveliest(once, side);
        var kept = Detail.Sharpness(chained) / Detail.Sharpness(once);
        var mirrored = NaiveAugment.Mirrored(draw, config.Presize, config.Size);
        var lost = (double)mirrored.Count(yes => yes) / mirrored.Length;
        yield return Cell(once, [$"presized to {config.Presize}, one interpolation", .. AugmentParamsText.Lines(draw)]) with
        {
            CaptionColor = PhotoCell.Right,
        };
        yield return Cell(Detail.Enlarge(once, x, y, side, DetailShare), $"detail × {DetailShare}");
        yield return Cell(Detail.Surround(chained, mirrored), $"{NaiveAugment.Interpolations} interpolations at {config.Size}",
            NaiveAugment.Steps, $"outlined: {lost:0%} lost and filled by mirroring") with
        {
            CaptionColor = PhotoCell.Wrong,
        };
        yield return Cell(Detail.Enlarge(chained, x, y, side, DetailShare), $"the same detail × {DetailShare}",
            $"edges {kept:0%} as strong as on the left");
    }

    private static PhotoCell Cell(RgbImage photo, params string[] caption) => new(photo.Width, photo.Height, photo.Pixels, caption);
}
