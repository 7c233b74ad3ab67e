using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Runtime;
using PetBreeds.Runtime.Files;

namespace PetBreeds.Pixels.Cache;

/// <summary>Receives a photo's pixels, which are only valid during the call.</summary>
/// <param name="width">Width in pixels.</param>
/// <param name="height">Height in pixels.</param>
/// <param name="pixels">uint8 [height, width, 3].</param>
internal delegate void PixelReader(int width, int height, ReadOnlySpan<byte> pixels);

/// <summary>
/// A cache of presized photos in memory-mapped files, so that later epochs and runs need not decode anything, and the system keeps as much
/// in memory as fits. A photo is presized and stored when it is first read. It is presized again if its path, length or modification time,
/// the short side or the decoder has changed; all others stay valid. Several runs may use the same cache concurrently: one adds to it, the
/// others use what that one has published and presize the rest for themselves. Reading is thread-safe.
/// </summary>
internal sealed class PixelCache : IDisposable
{
    private const int Attempts = 3;
    private const int Timed = 8; // photos presized first, to estimate the time for the rest

    private readonly PixelStore _store;
    private readonly IPhotoDecoder _decoder;
    private readonly int _shortSide;
    private readonly IReadOnlyList<PhotoSource> _sources;
    private readonly FileStamp?[] _stamps;
    private readonly CachedPhoto?[] _photos; // null: not presized yet
    private readonly bool[] _checked;
    private readonly ConcurrentDictionary<string, PixelSegment> _segments = [];
    private readonly ConcurrentDictionary<int, byte[]> _mended = [];
    private PixelCacheWriter? _writer;
    private bool _disposed;

    private PixelCache(PixelStore store, IPhotoDecoder decoder, int shortSide, IReadOnlyList<PhotoSource> photos)
    {
        (_store, _decoder, _shortSide, _sources) = (store, decoder, shortSide, photos);
        _stamps = [.. photos.Select(p => FileStamp.Of(p.Path))]; // taken before reading, so that a later change is noticed next time
        _photos = new CachedPhoto?[photos.Count];
        _checked = new bool[photos.Count];
        for (var i = 0; i < photos.Count; i++)
            if (_stamps[i] is null)
                _photos[i] = CachedPhoto.Without(photos[i], default, "there is no such file");
    }

    /// <summary>Number of photos with which the cache was opened, including bad ones.</summary>
    public int Count => _photos.Length;

    /// <summary>
    /// Photos that have so far proved impossible to decode, in order. Training continues without them; the others keep their indices.
    /// </summary>
    public IReadOnlyList<BadPhoto> Bad =>
        [.. _photos.Index().Where(p => p.Item?.Bad is not null).Select(p => new BadPhoto(p.Index, p.Item!.Bad!))];

    /// <summary>Number of photos not presized yet.</summary>
    public int Missing => _photos.Count(photo => photo is null);

    /// <summary>What was missing when the cache was opened; null if nothing was.</summary>
    public PresizePlan? Plan { get; private set; }

    /// <summary>Opens the cache for the given photos.</summary>
    /// <param name="photos">The photos, with unique names; the cache keeps their order.</param>
    /// <param name="shortSide">Short side in pixels, at least 1; see <see cref="Presizer.Resize(RgbImage, int)"/>.</param>
    /// <param name="cacheFolder">The cache folder, with a subfolder for each data set and short side; created if it is missing.</param>
    /// <exception cref="UserException">The cache folder cannot be written to, or its disk is too full.</exception>
    public static PixelCache Open(IReadOnlyList<PhotoSource> photos, int shortSide, string cacheFolder) =>
        Open(photos, shortSide, cacheFolder, PhotoDecoder.Default);

    internal static PixelCache Open(
        IReadOnlyList<PhotoSource> photos, int shortSide, string cacheFolder, IPhotoDecoder decoder, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(photos);
        ArgumentOutOfRangeException.ThrowIfLessThan(shortSide, 1);
        if (photos.Select(p => p.Name).Distinct().Count() != photos.Count)
            throw new ArgumentException("Two photos have the same name.", nameof(photos));
        PixelCache? cache = null;
        try
        {
            cache = new PixelCache(new PixelStore(cacheFolder, photos, shortSide, decoder, time), decoder, shortSide, photos);
            cache.CatchUp();
            cache.MakePlan();
            return cache;
        }
        catch (Exception e)
        {
            cache?.Dispose();
            if (e is not (IOException or UnauthorizedAccessException))
                throw;
            throw new UserException($"the pixel cache cannot be used: {e.Message}", cacheFolder,
                "Set PETBREEDS_CACHE to a folder on a local disk that you can write to.", e);
        }
    }

    /// <summary>
    /// Publishes what this run has presized, and adopts what other runs have. Call it between two passes over the photos, while nothing is
    /// being read.
    /// </summary>
    /// <exception cref="UserException">The disk is full.</exception>
    public void CatchUp()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_writer is not null)
        {
            MapWritten(_writer);
            return;
        }
        for (var attempt = 1; ; attempt++)
            try
            {
                if (Missing == 0)
                    return;
                TakeOver(_store.Read());
                if (Missing == 0)
                    return;
                _writer = PixelCacheWriter.TryOpen(_store, out var published);
                TakeOver(published);
                return;
            }
            catch (FileNotFoundException) when (attempt < Attempts)
            {
                // Another run moved the pixels after the index was read and before its files were opened: the new index has their
                // positions.
            }
    }

    /// <summary>Passes a photo's pixels to a reader, after presizing it if necessary.</summary>
    /// <param name="i">The photo's index.</param>
    /// <param name="read">Receives the pixels; not called for a bad photo.</param>
    /// <returns>False if the photo is, or turns out to be, one of <see cref="Bad"/>.</returns>
    /// <remarks>The first read of a photo verifies its checksum; pixels damaged on disk are presized again from the photo.</remarks>
    /// <exception cref="UserException">The pixels are damaged and the photo is missing or has changed; or the disk is full.</exception>
    public bool Read(int i, PixelReader read)
    {
        ArgumentNullException.ThrowIfNull(read);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Volatile.Read(ref _photos[i]) is not { } photo)
            return Make(i, read);
        if (photo.Bad is not null)
            return false;
        if (_segments.TryGetValue(photo.Segment, out var segment) && photo.Offset + photo.Bytes <= segment.Length)
        {
            read(photo.Width, photo.Height, Mapped(i, photo, segment));
            segment.Release(photo.Offset, photo.Bytes);
        }
        else
            ReadBack(photo, read);
        return true;
    }

    /// <summary>Publishes what was presized and closes the files.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _writer?.Dispose();
        foreach (var segment in _segments.Values)
            segment.Dispose();
        if (!_mended.IsEmpty)
            _store.Forget([.. _mended.Keys.Select(i => _photos[i]!)]);
    }

    private void TakeOver(Dictionary<string, CachedPhoto> published)
    {
        for (var i = 0; i < _photos.Length; i++)
            if (_photos[i] is null && published.TryGetValue(_sources[i].Name, out var photo) && photo.IsOf(_sources[i], _stamps[i]!.Value))
            {
                if (photo.Bad is null)
                    Map(photo);
                _photos[i] = photo;
            }
    }

    /// <summary>Maps a photo's segment, again if another run has added to it since.</summary>
    private void Map(CachedPhoto photo)
    {
        if (_segments.TryGetValue(photo.Segment, out var there) && photo.Offset + photo.Bytes <= there.Length)
            return;
        _segments[photo.Segment] = new PixelSegment(_store.SegmentPath(photo.Segment));
        there?.Dispose();
    }

    /// <summary>
    /// From now on, what was written so far is read from the mapped file; once everything is there, other runs may write.
    /// </summary>
    private void MapWritten(PixelCacheWriter writer)
    {
        writer.Publish();
        try
        {
            if (_photos.Any(photo => photo?.Segment == writer.Segment))
            {
                _segments.TryRemove(writer.Segment, out var shorter);
                shorter?.Dispose();
                _segments[writer.Segment] = new PixelSegment(_store.SegmentPath(writer.Segment));
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return; // somebody removed it; the pixels can still be read from the open file
        }
        if (Missing > 0)
            return;
        writer.Dispose();
        _writer = null;
    }

    private void MakePlan()
    {
        int[] missing = [.. Enumerable.Range(0, Count).Where(i => _photos[i] is null)];
        if (missing.Length == 0)
            return;
        var bytes = PresizeEstimate.Bytes([.. missing.Select(i => _sources[i])], _shortSide, _decoder);
        if (_writer is not null)
            FreeSpace.Require(_store.Folder, bytes, "the presized photos", PixelStore.TooFull);
        TorchRuntime.EnsureLoaded();
        using var alone = new SingleThreadedTorch();
        var timed = missing.Where((_, n) => n % Math.Max(1, missing.Length / Timed) == 0).Take(Timed).ToArray();
        Make(timed[0], static (_, _, _) => { }); // the first one loads code
        var clock = Stopwatch.StartNew();
        foreach (var i in timed.Skip(1))
            Make(i, static (_, _, _) => { });
        var each = timed.Length > 1 ? clock.Elapsed / (timed.Length - 1) : TimeSpan.Zero;
        Plan = new PresizePlan(missing.Length, bytes, each * missing.Length, _store.Folder, _writer is not null);
    }

    private bool Make(int i, PixelReader read)
    {
        var (source, stamp) = (_sources[i], _stamps[i]!.Value);
        byte[] file;
        try
        {
            file = Presizer.ReadFile(source.Path);
        }
        catch (UserException e)
        {
            Volatile.Write(ref _photos[i], CachedPhoto.Without(source, stamp, e.Problem)); // not stored: the next run tries again
            return false;
        }
        RgbImage image;
        try
        {
            image = _decoder.Decode(file, source.Path, _shortSide);
        }
        catch (UserException e) when (e.Place == source.Path)
        {
            var bad = CachedPhoto.Without(source, stamp, e.Problem);
            Volatile.Write(ref _photos[i], _writer?.Add(bad, []) ?? bad);
            return false;
        }
        return Presizer.Resize(image, _shortSide, (width, height, pixels) =>
        {
            if (_writer is not null)
            {
                var made = _writer.Add(new CachedPhoto(source.Name, source.Path, stamp, "", 0, width, height, 0, Bad: null), pixels);
                _checked[i] = true;
                Volatile.Write(ref _photos[i], made);
            }
            read(width, height, pixels);
            return true;
        });
    }

    private ReadOnlySpan<byte> Mapped(int i, CachedPhoto photo, PixelSegment segment)
    {
        var pixels = segment.Bytes(photo.Offset, photo.Bytes);
        if (_checked[i])
            return pixels;
        if (_mended.TryGetValue(i, out var mended))
            return mended;
        if (PixelSegment.Checksum(pixels) != photo.Checksum)
            return _mended.GetOrAdd(i, _ => Mend(photo));
        _checked[i] = true;
        return pixels;
    }

    private byte[] Mend(CachedPhoto photo)
    {
        var image = Presizer.Presize(Presizer.ReadFile(photo.Path), photo.Path, _shortSide, _decoder);
        return (image.Width, image.Height) == (photo.Width, photo.Height)
            ? image.Pixels
            : throw new UserException("its cached pixels are damaged, and the photo changed while the program was running", photo.Path,
                "Start the program again: it will presize the photo again.");
    }

    private void ReadBack(CachedPhoto photo, PixelReader read)
    {
        var pixels = ArrayPool<byte>.Shared.Rent(photo.Bytes);
        try
        {
            _writer!.ReadBack(photo, pixels.AsSpan(0, photo.Bytes));
            read(photo.Width, photo.Height, pixels.AsSpan(0, photo.Bytes));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(pixels);
        }
    }
}
