using Microsoft.Extensions.Logging;
using PetBreeds.Catalog;
using PetBreeds.Pixels;
using PetBreeds.Reports.Pictures;
using PetBreeds.Runs;
using PetBreeds.Training;

namespace PetBreeds.Cli.Web.Serve;

/// <summary>A few of the photos that a run was validated on, each of another class, where they are still there.</summary>
internal sealed class ExamplePhotos
{
    private const int LongSide = 640;

    private readonly Lazy<IReadOnlyList<(string Label, byte[] Jpeg)>> _photos;

    /// <param name="run">Null: there are none.</param>
    /// <param name="count">How many, at most.</param>
    /// <param name="log">Is told why there are none.</param>
    public ExamplePhotos(RunFolder? run, int count, ILogger log) => _photos = new(() =>
    {
        try
        {
            return run is null || count == 0 ? [] : Load(run, count);
        }
        catch (UserException e)
        {
            ServeLog.NoExamples(log, e.Message);
            return [];
        }
    });

    public IReadOnlyList<(string Label, byte[] Jpeg)> All => _photos.Value;

    private static (string Label, byte[] Jpeg)[] Load(RunFolder run, int count)
    {
        var config = run.ReadOptions();
        var catalog = TrainingData.ReadCatalog(config, new SetupProgress(), CancellationToken.None);
        PhotoItem[][] classes = [.. catalog.Items.Where(item => item.Split == Split.Valid).GroupBy(item => item.Label)
            .OrderBy(group => group.Key)
            .Select(group => group.ToArray())];
        var shown = Math.Min(count, classes.Length);
        return
        [
            .. Enumerable.Range(0, shown).Select(i => classes[i * classes.Length / shown])
                .Select(photos => Read(photos[0], catalog.Classes[photos[0].Label], config.Presize)).OfType<(string, byte[])>(),
        ];
    }

    private static (string Label, byte[] Jpeg)? Read(PhotoItem photo, string label, int presize)
    {
        try
        {
            return (label, PhotoJpeg.Encode(Presizer.Presize(photo.Path, presize), LongSide));
        }
        catch (UserException)
        {
            return null; // it has gone, or was never readable
        }
    }
}
