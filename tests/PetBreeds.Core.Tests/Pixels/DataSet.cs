using PetBreeds.Pixels;
using SkiaSharp;
using Xunit;

namespace PetBreeds.Tests.Pixels;

/// <summary>A folder of photos and a cache folder beside it, removed at the end.</summary>
internal sealed class DataSet : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("petbreeds-pixels-").FullName;

    public DataSet(int photos)
    {
        for (var i = 0; i < photos; i++)
            Add($"breed {i % 3}/photo_{i}.jpg", i);
    }

    public List<PhotoSource> Photos { get; } = [];

    public string CacheFolder => Path.Combine(_folder, "cache");

    public IEnumerable<string> CacheFiles(string pattern) =>
        Directory.Exists(CacheFolder) ? Directory.EnumerateFiles(CacheFolder, pattern, SearchOption.AllDirectories) : [];

    public PhotoSource Add(string name, int seed)
    {
        var photo = new PhotoSource(Path.Combine(_folder, "data set", name), name);
        Directory.CreateDirectory(Path.GetDirectoryName(photo.Path)!);
        Photos.Add(photo);
        Write(photo, seed);
        return photo;
    }

    /// <summary>Writes a photo of 40 to 49 by 30 pixels with another picture for each seed.</summary>
    public static void Write(PhotoSource photo, int seed)
    {
        var image = new RgbImage(40 + (seed % 10), 30, new byte[(40 + (seed % 10)) * 30 * 3]);
        new Random(seed).NextBytes(image.Pixels);
        File.WriteAllBytes(photo.Path, Pixels.Photos.Encode(image, SKEncodedImageFormat.Png));
    }

    public PixelCache Open(IPhotoDecoder? decoder = null, int shortSide = 24, IProgress<PresizeProgress>? progress = null,
        CancellationTokenSource? cancel = null) =>
        PixelCache.Open(Photos, shortSide, CacheFolder, 2, progress, decoder ?? new CountingDecoder(),
            cancel?.Token ?? TestContext.Current.CancellationToken);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

/// <summary>Counts the photos it decodes and lets a test look in at each.</summary>
internal sealed class CountingDecoder(Action<int>? onDecode = null, string name = "counting") : IPhotoDecoder
{
    private int _decoded;

    public int Decoded => _decoded;

    public string Name => name;

    public (int Width, int Height) ReadSize(ReadOnlyMemory<byte> file, string place) => PhotoDecoder.Default.ReadSize(file, place);

    public RgbImage Decode(ReadOnlyMemory<byte> file, string place, int? coverShortSide = null)
    {
        var count = Interlocked.Increment(ref _decoded);
        onDecode?.Invoke(count);
        return PhotoDecoder.Default.Decode(file, place, coverShortSide);
    }
}

/// <summary>Keeps reports in the order they were made.</summary>
internal sealed class Reports : IProgress<PresizeProgress>
{
    public List<PresizeProgress> All { get; } = [];

    public void Report(PresizeProgress value)
    {
        lock (All)
            All.Add(value);
    }
}
