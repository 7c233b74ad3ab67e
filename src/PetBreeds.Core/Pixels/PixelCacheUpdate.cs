using System.Diagnostics;

namespace PetBreeds.Pixels;

/// <summary>Brings a pixel cache up to date with the photo files: presizes what is missing, one run at a time.</summary>
internal sealed class PixelCacheUpdate(
    PixelStore store, IPhotoDecoder decoder, int shortSide, IReadOnlyList<PhotoSource> photos, int threads,
    IProgress<PresizeProgress>? progress)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(100);

    /// <returns>An entry for each photo, in order; those without pixels say why in <see cref="CachedPhoto.Bad"/>.</returns>
    public IReadOnlyList<CachedPhoto> Run(CancellationToken cancel)
    {
        var stamps = photos.Select(p => FileStamp.Of(p.Path)).ToArray(); // taken before reading: a later change is seen next time
        var cached = store.Read();
        var missing = Missing(cached, stamps);
        if (missing.Count == 0)
            return Entries(cached, stamps, unreadable: null);

        using var held = WaitForLock(missing.Count, cancel);
        cached = store.Read(); // another run may have made them meanwhile
        missing = Missing(cached, stamps);
        if (missing.Count == 0)
            return Entries(cached, stamps, unreadable: null);
        store.Sweep(cached, superseded: []); // makes room first
        var before = cached.Values.Select(p => p.Segment).ToHashSet();
        var builder = new PixelCacheBuilder(store, decoder, shortSide, missing, progress);
        builder.Build(cached, threads, cancel);
        PixelCompaction.Run(store, cached, before);
        return Entries(cached, stamps, builder.Unreadable);
    }

    private List<MissingPhoto> Missing(Dictionary<string, CachedPhoto> cached, FileStamp?[] stamps) =>
        [.. photos.Zip(stamps).Where(p => p.Second is { } stamp && !(cached.TryGetValue(p.First.Name, out var c) && c.IsOf(p.First, stamp)))
            .Select(p => new MissingPhoto(p.First, p.Second!.Value))];

    private CachedPhoto[] Entries(
        Dictionary<string, CachedPhoto> cached, FileStamp?[] stamps, IReadOnlyDictionary<string, string>? unreadable) =>
        [.. photos.Zip(stamps, (photo, stamp) => stamp is { } s && cached.TryGetValue(photo.Name, out var found) && found.IsOf(photo, s)
            ? found
            : CachedPhoto.Without(photo, stamp ?? default, unreadable?.GetValueOrDefault(photo.Name) ?? "there is no such file"))];

    private FileStream WaitForLock(int missing, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            if (store.TryLock() is { } held)
                return held;
            progress?.Report(new PresizeProgress(0, missing, 0, clock.Elapsed, WaitingForAnotherRun: true));
            cancel.WaitHandle.WaitOne(AskAgain);
            cancel.ThrowIfCancellationRequested();
        }
    }
}
