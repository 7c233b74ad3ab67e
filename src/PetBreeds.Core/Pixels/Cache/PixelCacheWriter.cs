using PetBreeds.Runtime.Files;

namespace PetBreeds.Pixels.Cache;

/// <summary>
/// Adds photos to a cache while a run reads it, from several threads: one new segment, and an index published every half minute, so that a
/// run that is killed loses little. One run at a time: it holds the cache's lock.
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

    /// <summary>The segment it writes.</summary>
    public string Segment => _segment.Name;

    /// <summary>Begins to write, after removing what nothing names and what superseded segments still take.</summary>
    /// <param name="store">The cache.</param>
    /// <param name="photos">What its index holds now, read under the lock.</param>
    /// <returns>Null while another run writes.</returns>
    public static PixelCacheWriter? TryOpen(PixelStore store, out Dictionary<string, CachedPhoto> photos)
    {
        var held = store.TryLock();
        photos = store.Read();
        if (held is null)
            return null;
        try
        {
            store.Sweep(photos, superseded: []); // makes room first
            PixelCompaction.Run(store, photos, [.. photos.Values.Select(p => p.Segment)]);
            return new PixelCacheWriter(store, held, new(photos));
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Keeps a photo.</summary>
    /// <param name="photo">Without a place.</param>
    /// <param name="pixels">uint8 [Height, Width, 3]; empty for a photo that cannot be decoded.</param>
    /// <returns>The photo with its place.</returns>
    /// <exception cref="UserException">The disk is full or does not take it.</exception>
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

    /// <summary>Copies what was written in this run.</summary>
    public void ReadBack(CachedPhoto photo, Span<byte> pixels) => _segment.Read(photo.Offset, pixels);

    /// <summary>Writes the index with all that was added so far.</summary>
    /// <exception cref="UserException">The disk is full or does not take it.</exception>
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
                // Somebody removed the cache while it is used: this run reads on from its open files, the next one makes them anew.
            }
            catch (IOException e)
            {
                if (!_named)
                    _segment.Discard(); // nothing names it: it would only keep the disk full
                throw PixelStore.WriteFailed(_store.Folder, e);
            }
        }
    }

    /// <summary>Publishes as far as the disk allows, and lets other runs write.</summary>
    public void Dispose()
    {
        try
        {
            Publish();
        }
        catch (UserException)
        {
            // The next run presizes again what could not be kept.
        }
        _segment.Dispose();
        _lock.Dispose();
    }
}
