using PetBreeds.Batches;
using PetBreeds.Batches.Augmentation;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Training;
using static TorchSharp.torch;

namespace PetBreeds.Reports.Pictures;

/// <summary>What the network is trained on: its input as photos, with only the normalisation undone.</summary>
internal static class BatchPicture
{
    /// <summary>The first photos of the first epoch, with their labels.</summary>
    /// <param name="path">The picture's file (.png or .jpg).</param>
    /// <param name="data">The data set.</param>
    /// <param name="loader">Its training loader.</param>
    /// <param name="count">How many photos at most; limited to one batch.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void SaveBatch(string path, TrainingData data, BatchLoader loader, int count, Device device)
    {
        using var batch = loader.Train(0, data.Augment).First();
        var shown = Math.Min(count, batch.Count);
        var photos = Input(batch, shown, data, device);
        PhotoCell[] cells = [.. photos.Zip(batch.Samples, (photo, sample) => Cell(photo, data.Photo(sample).Say(data.Catalog.Classes)))];
        PhotoGrid.Save(path, cells, Columns(shown),
            title: $"Training photos as the network sees them, {data.Config.Size} × {data.Config.Size}");
    }

    /// <summary>One photo as the first epochs would augment it, with the parameters of each.</summary>
    /// <param name="path">The picture's file (.png or .jpg).</param>
    /// <param name="data">The data set.</param>
    /// <param name="sample">The photo.</param>
    /// <param name="count">How many epochs.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void SaveUnique(string path, TrainingData data, Sample sample, int count, Device device)
    {
        AugmentParams[] draws =
            [.. Enumerable.Range(0, count).Select(epoch => AugmentParams.Draw(data.Augment, data.Config.Seed, epoch, sample.Key))];
        using var batch = data.Collate([.. draws.Select(_ => sample)], draws);
        var photos = Input(batch, count, data, device);
        PhotoGrid.Save(path, [.. photos.Zip(draws).Select((pair, epoch) =>
                Cell(pair.First, [$"epoch {epoch + 1}", .. AugmentParamsText.Lines(pair.Second)]))],
            Columns(count), cellSize: 240, title: $"{data.Photo(sample).Say(data.Catalog.Classes)}: one photo in {count} augmentations");
    }

    internal static RgbImage[] Input(Batch batch, int count, TrainingData data, Device device)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var input = data.Transform.Input(batch with { Pixels = batch.Pixels.narrow(0, 0, count), Draws = [.. batch.Draws.Take(count)] },
            device); // float32 [count,3,size,size]
        return TensorPictures.ToImages(TensorPictures.Denormalise(input, data.Preprocessing.Normalization));
    }

    private static PhotoCell Cell(RgbImage photo, params string[] caption) => new(photo.Width, photo.Height, photo.Pixels, caption);

    /// <summary>As square as possible: 9 photos in 3 columns, 16 in 4.</summary>
    private static int Columns(int count) => Math.Max(1, (int)Math.Ceiling(Math.Sqrt(count)));
}
