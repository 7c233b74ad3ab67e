using PetBreeds.Pixels.Cache;
using PetBreeds.Pixels.Decoding;
using SkiaSharp;

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

    /// <summary>Opens the cache with nothing presized that need not be.</summary>
    public PixelCache OpenOnly(IPhotoDecoder? decoder = null, int shortSide = 24) =>
        PixelCache.Open(Photos, shortSide, CacheFolder, decoder ?? new CountingDecoder());

    /// <summary>Opens the cache and reads every photo once, on two threads, as an epoch does.</summary>
    public PixelCache Open(IPhotoDecoder? decoder = null, int shortSide = 24)
    {
        var cache = OpenOnly(decoder, shortSide);
        try
        {
            Parallel.For(0, Photos.Count, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i => cache.Read(i, static (_, _, _) => { }));
            cache.CatchUp();
            return cache;
        }
        catch
        {
            cache.Dispose();
            throw;
        }
    }

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

/// <summary>Copies of what a cache shows.</summary>
internal static class PixelCacheViews
{
    public static byte[] Pixels(this PixelCache cache, int i) => Image(cache, i).Pixels;

    public static (int Width, int Height) Size(this PixelCache cache, int i) =>
        Image(cache, i) is var image ? (image.Width, image.Height) : default;

    private static RgbImage Image(PixelCache cache, int i)
    {
        RgbImage? image = null;
        return cache.Read(i, (width, height, pixels) => image = new RgbImage(width, height, pixels.ToArray()))
            ? image!
            : throw new InvalidOperationException(cache.Bad.Single(bad => bad.Index == i).Reason);
    }
}
