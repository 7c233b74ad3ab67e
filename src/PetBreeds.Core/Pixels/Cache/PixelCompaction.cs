using PetBreeds.Runtime.Files;

namespace PetBreeds.Pixels.Cache;

/// <summary>Drops photos that are missing or have changed, and copies the rest into one segment if too much disk space is wasted.</summary>
internal static class PixelCompaction
{
    internal const int MostSegments = 16;

    /// <param name="store">The store, locked by this run.</param>
    /// <param name="photos">The content of the index; published again if anything is dropped or moved.</param>
    /// <param name="before">The segments in the index before this run.</param>
    public static void Run(PixelStore store, Dictionary<string, CachedPhoto> photos, HashSet<string> before)
    {
        var gone = photos.Values.Where(p => FileStamp.Of(p.Path) != p.Stamp).ToList();
        gone.ForEach(p => photos.Remove(p.Name));
        var good = photos.Values.Where(p => p.Bad is null).ToList();
        var segments = good.Select(p => p.Segment).ToHashSet();
        var used = good.Sum(p => (long)p.Bytes);
        var taken = segments.Sum(s => new FileInfo(store.SegmentPath(s)).Length);
        var wanted = taken > 2 * used || segments.Count > MostSegments;
        var moved = wanted && !(used > FreeSpace.Of(store.Folder)) && TryMove(store, photos, good);
        if (moved || gone.Count > 0)
            store.Publish(photos);
        store.Sweep(photos, before.Union(segments));
    }

    /// <returns>False if the disk filled up meanwhile: then everything stays as it was, which is wasteful but correct.</returns>
    private static bool TryMove(PixelStore store, Dictionary<string, CachedPhoto> photos, List<CachedPhoto> good)
    {
        using var target = new SegmentWriter(store);
        var moved = new List<CachedPhoto>(good.Count);
        try
        {
            foreach (var group in good.GroupBy(p => p.Segment))
            {
                using var source = new PixelSegment(store.SegmentPath(group.Key));
                foreach (var photo in group)
                    moved.Add(photo with { Segment = target.Name, Offset = target.Append(source.Bytes(photo.Offset, photo.Bytes)) });
            }
            target.Flush();
        }
        catch (UserException)
        {
            target.Discard();
            return false;
        }
        moved.ForEach(p => photos[p.Name] = p);
        return true;
    }
}
