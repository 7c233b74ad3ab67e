using PetBreeds.Runtime.Files;

namespace PetBreeds.Pixels.Cache;

/// <summary>
/// Adds photos to a cache, from several threads, while a run reads it: writes one new segment, and publishes the index every half minute,
/// so that little is lost if the run is killed. Only one run can write at a time; it holds the cache's lock.
/// </summary>
internal sealed class PixelCacheWriter : IDisposable
{
    private static readonly TimeSpan PublishEvery = TimeSpan.FromSeconds(30);

    private readonly PixelStore _store;
    private readonly FileLock _lock;
    private readonly Dictionary<string, CachedPhoto> _photos;
    private readonly SegmentWriter _segment;
    private readonly Lock _gate = new();
    private readonly List<CachedPhoto> _made = [];
    private long _published;
    private bool _named;

    private PixelCacheWriter(PixelStore store, FileLock held, Dictionary<string, CachedPhoto> photos)
    {
        (_store, _lock, _photos, _published) = (store, held, photos, store.Time.GetTimestamp());
        _segment = new SegmentWriter(store);
    }

    /// <summary>The segment being written.</summary>
    public string Segment => _segment.Name;

    /// <summary>Starts writing, after removing unreferenced files and superseded segments.</summary>
    /// <param name="store">The cache.</param>
    /// <param name="photos">The content of its index, read under the lock.</param>
    /// <returns>The writer; null while another run is writing.</returns>
    public static PixelCacheWriter? TryOpen(PixelStore store, out Dictionary<string, CachedPhoto> photos)
    {
        var held = store.TryLock();
        photos = store.Read();
        if (held is null)
            return null;
        try
        {
            store.Sweep(photos, superseded: []); // frees space first
            PixelCompaction.Run(store, photos, [.. photos.Values.Select(p => p.Segment)]);
            return new PixelCacheWriter(store, held, new(photos));
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Stores a photo.</summary>
    /// <param name="photo">The photo, without its location.</param>
    /// <param name="pixels">uint8 [Height, Width, 3]; empty for a photo that cannot be decoded.</param>
    /// <returns>The photo with its location.</returns>
    /// <exception cref="UserException">The disk is full or cannot be written to.</exception>
    public CachedPhoto Add(CachedPhoto photo, ReadOnlySpan<byte> pixels)
    {
        if (photo.Bad is null)
            photo = photo with { Segment = Segment, Offset = _segment.Append(pixels), Checksum = PixelSegment.Checksum(pixels) };
        lock (_gate)
            _made.Add(photo);
        if (_store.Time.GetElapsedTime(Interlocked.Read(ref _published)) > PublishEvery)
            Publish();
        return photo;
    }

    /// <summary>Copies pixels that were written in this run.</summary>
    public void ReadBack(CachedPhoto photo, Span<byte> pixels) => _segment.Read(photo.Offset, pixels);

    /// <summary>Writes the index with everything added so far.</summary>
    /// <exception cref="UserException">The disk is full or cannot be written to.</exception>
    public void Publish()
    {
        lock (_gate)
        {
            Interlocked.Exchange(ref _published, _store.Time.GetTimestamp());
            if (_made.Count == 0)
                return;
            foreach (var made in _made)
                _photos[made.Name] = made;
            try
            {
                _segment.Flush();
                _store.Publish(_photos);
                _made.Clear();
                _named = true;
            }
            catch (DirectoryNotFoundException)
            {
                // Somebody removed the cache while it is in use: this run continues with its open files, the next one recreates them.
            }
            catch (IOException e)
            {
                if (!_named)
                    _segment.Discard(); // nothing refers to it: it would only keep the disk full
                throw PixelStore.WriteFailed(_store.Folder, e);
            }
        }
    }

    /// <summary>Publishes as much as the disk allows, and lets other runs write.</summary>
    public void Dispose()
    {
        try
        {
            Publish();
        }
        catch (UserException)
        {
            // The next run presizes again what could not be stored.
        }
        _segment.Dispose();
        _lock.Dispose();
    }
}
