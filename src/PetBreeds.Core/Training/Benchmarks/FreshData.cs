using PetBreeds.Batches;
using PetBreeds.Catalog;
using PetBreeds.Runtime;

namespace PetBreeds.Training.Benchmarks;

/// <summary>The same photos with their own pixel cache, which starts empty and is removed at the end.</summary>
internal sealed class FreshData : IDisposable
{
    private readonly string _folder;
    private readonly TrainingData _data;
    private int _next;

    private FreshData(string folder, TrainingData data, BatchLoader loader) => (_folder, _data, Loader) = (folder, data, loader);

    /// <summary>Training batches of the first epoch.</summary>
    public BatchLoader Loader { get; }

    public static FreshData Open(TrainingSession session)
    {
        var folder = CacheFolder.Sub("bench", Guid.NewGuid().ToString("n"));
        try
        {
            var data = TrainingData.Open(session.Config, session.Catalog, cache: folder);
            return new FreshData(folder, data, data.Loader(Split.Train, session.Device, session.Training.BatchSize));
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>Index of the first of the given number of batches not requested before; null if fewer are left.</summary>
    public int? Take(int batches)
    {
        if (_next + batches > Loader.TrainBatches)
            return null;
        _next += batches;
        return _next - batches;
    }

    public void Dispose()
    {
        _data.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
