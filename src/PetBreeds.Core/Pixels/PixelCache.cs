using System.Collections.Concurrent;

namespace PetBreeds.Pixels;

/// <summary>
/// Presized photos in memory-mapped files, so that later epochs and later runs decode nothing and the system keeps in memory what fits.
/// A photo is made again if its path, length or time of change differs, or the short side or the decoder; the others stay as they are.
/// Several runs may open the same cache at once: one builds, the others wait for it. Reading is safe from several threads.
/// </summary>
public sealed class PixelCache : IDisposable
{
    private const int Attempts = 3;

    private readonly PixelStore _store;
    private readonly IPhotoDecoder _decoder;
    private readonly int _shortSide;
    private readonly IReadOnlyList<CachedPhoto> _photos;
    private readonly Dictionary<string, PixelSegment> _segments = [];
    private readonly bool[] _checked;
    private readonly ConcurrentDictionary<int, byte[]> _mended = [];
    private bool _disposed;

    private PixelCache(PixelStore store, IPhotoDecoder decoder, int shortSide, IReadOnlyList<CachedPhoto> photos)
    {
        (_store, _decoder, _shortSide, _photos) = (store, decoder, shortSide, photos);
        _checked = new bool[photos.Count];
        Bad = [.. photos.Index().Where(p => p.Item.Bad is not null).Select(p => new BadPhoto(p.Index, p.Item.Bad!))];
        try
        {
            foreach (var segment in photos.Where(p => p.Bad is null).Select(p => p.Segment).Distinct())
                _segments.Add(segment, new PixelSegment(store.SegmentPath(segment)));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Photos the cache was opened with, bad ones included.</summary>
    public int Count => _photos.Count;

    /// <summary>Photos without pixels, in order. Training goes on without them; the others keep their indexes.</summary>
    public IReadOnlyList<BadPhoto> Bad { get; }

    /// <summary>Opens the cache for these photos and presizes those it lacks.</summary>
    /// <param name="photos">With unique names; the cache keeps their order.</param>
    /// <param name="shortSide">Pixels, at least 1: see <see cref="Presizer.Resize"/>.</param>
    /// <param name="cacheFolder">Gets a folder for each data set and short side; made where it is missing.</param>
    /// <param name="threads">How many photos are presized at a time, at least 1: the number of cores.</param>
    /// <param name="progress">Told first what is to do and what it will take, then five times a second; nothing where all is there.</param>
    /// <param name="cancel">Ends presizing between two photos. What was made is kept.</param>
    /// <exception cref="UserException">The cache folder cannot be written, or its disk is too full.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static PixelCache Open(
        IReadOnlyList<PhotoSource> photos, int shortSide, string cacheFolder, int threads, IProgress<PresizeProgress>? progress,
        CancellationToken cancel) => Open(photos, shortSide, cacheFolder, threads, progress, PhotoDecoder.Default, cancel);

    internal static PixelCache Open(
        IReadOnlyList<PhotoSource> photos, int shortSide, string cacheFolder, int threads, IProgress<PresizeProgress>? progress,
        IPhotoDecoder decoder, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(photos);
        ArgumentOutOfRangeException.ThrowIfLessThan(shortSide, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        if (photos.Select(p => p.Name).Distinct().Count() != photos.Count)
            throw new ArgumentException("Two photos have the same name.", nameof(photos));
        try
        {
            var store = new PixelStore(cacheFolder, photos, shortSide, decoder);
            for (var attempt = 1; ; attempt++)
                try
                {
                    var cached = new PixelCacheUpdate(store, decoder, shortSide, photos, threads, progress).Run(cancel);
                    return new PixelCache(store, decoder, shortSide, cached);
                }
                catch (FileNotFoundException) when (attempt < Attempts)
                {
                    // Another run moved the pixels between the reading of the index and the opening of its files: the new index says where to.
                }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"the pixel cache cannot be used: {e.Message}", cacheFolder,
                "Set PETBREEDS_CACHE to a folder on a local disk that you can write to.", e);
        }
    }

    /// <summary>The presized size of photo <paramref name="i"/>; the short side is the one asked for.</summary>
    /// <exception cref="InvalidOperationException">The photo is one of <see cref="Bad"/>.</exception>
    public (int Width, int Height) Size(int i) => Good(i) is var photo ? (photo.Width, photo.Height) : default;

    /// <summary>uint8 [Height, Width, 3] of photo <paramref name="i"/>: a view of the mapped file, valid until the cache is disposed.</summary>
    /// <remarks>The first look at a photo checks its checksum; pixels that were damaged on the disk are made again from the photo.</remarks>
    /// <exception cref="InvalidOperationException">The photo is one of <see cref="Bad"/>.</exception>
    /// <exception cref="UserException">The pixels are damaged and the photo is gone or was changed.</exception>
    public ReadOnlySpan<byte> Pixels(int i)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var photo = Good(i);
        var pixels = _segments[photo.Segment].Bytes(photo.Offset, photo.Bytes);
        if (_checked[i])
            return pixels;
        if (_mended.TryGetValue(i, out var mended))
            return mended;
        if (PixelSegment.Checksum(pixels) != photo.Checksum)
            return _mended.GetOrAdd(i, _ => Mend(photo));
        _checked[i] = true;
        return pixels;
    }

    /// <summary>Closes the files. Spans from <see cref="Pixels"/> must not be used afterwards.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        foreach (var segment in _segments.Values)
            segment.Dispose();
        if (!_mended.IsEmpty)
            _store.Forget([.. _mended.Keys.Select(i => _photos[i])]);
    }

    private CachedPhoto Good(int i) => _photos[i] is { Bad: null } photo
        ? photo
        : throw new InvalidOperationException($"Photo {i} ({_photos[i].Name}) has no pixels: {_photos[i].Bad}.");

    private byte[] Mend(CachedPhoto photo)
    {
        var image = Presizer.Presize(Presizer.ReadFile(photo.Path), photo.Path, _shortSide, _decoder);
        return (image.Width, image.Height) == (photo.Width, photo.Height)
            ? image.Pixels
            : throw new UserException("its cached pixels are damaged, and the photo was changed while the program ran", photo.Path,
                "Start the program again: the photo will be presized anew.");
    }
}
