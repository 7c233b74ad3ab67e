using System.Security.Cryptography;
using System.Text;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Runtime.Files;

namespace PetBreeds.Pixels.Cache;

/// <summary>
/// The folder of one pixel cache: an index that is replaced atomically, and segments (files of raw pixels) that are only ever added, so
/// that runs that have mapped them are never disturbed. Anything not in the index is ignored, so that a killed run leaves a valid cache.
/// </summary>
internal sealed class PixelStore
{
    private const string IndexName = "index";
    private static readonly TimeSpan LeftBehind = TimeSpan.FromHours(1); // no run takes that long to publish its segment

    /// <summary>The remedy if the disk is too full for presized photos.</summary>
    public const string TooFull = "Free some space, set PETBREEDS_CACHE to a folder on a larger disk, or presize to fewer pixels.";

    private readonly string _settings;

    public PixelStore(
        string cacheFolder, IReadOnlyList<PhotoSource> photos, int shortSide, IPhotoDecoder decoder, TimeProvider? time = null)
    {
        Time = time ?? TimeProvider.System;
        _settings = $"short side {shortSide}; {decoder.Name}; bilinear antialiased; at most {Presizer.MaxAspect}:1";
        var root = photos.Count > 0 ? DataRoot(photos[0]) : "";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(root + "\n" + decoder.Name)))[..12];
        var name = new string([.. Path.GetFileName(root).Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_').Take(40)]);
        Folder = Path.GetFullPath(Path.Combine(cacheFolder, $"{(name.Length > 0 ? name : "photos")}-{shortSide}-{hash}"));
        Directory.CreateDirectory(Folder);
    }

    public string Folder { get; }

    /// <summary>The clock that determines which files are old, and when the index is due.</summary>
    public TimeProvider Time { get; }

    public string SegmentPath(string segment) => Path.Combine(Folder, segment);

    /// <summary>A file name that no other run uses.</summary>
    public static string NewSegment() => $"{Guid.NewGuid():n}.pixels";

    /// <summary>
    /// The photos whose pixels are complete. An incomplete index counts as empty, and photos in a segment that is too short are left out.
    /// </summary>
    public Dictionary<string, CachedPhoto> Read()
    {
        if (PixelCacheIndex.Read(ReadIndex(), _settings) is not { } photos)
            return [];
        var whole = photos.Where(p => p.Bad is null).GroupBy(p => p.Segment)
            .Where(g => new FileInfo(SegmentPath(g.Key)) is { Exists: true } file && file.Length >= g.Max(p => p.Offset + p.Bytes))
            .Select(g => g.Key).ToHashSet();
        return photos.Where(p => p.Bad is not null || whole.Contains(p.Segment)).ToDictionary(p => p.Name);
    }

    /// <summary>Replaces the index atomically: other runs see the old one or the new one, never a mixture.</summary>
    public void Publish(IReadOnlyDictionary<string, CachedPhoto> photos)
    {
        var bytes = PixelCacheIndex.Write(_settings, [.. photos.Values]);
        AtomicFile.Replace(Path.Combine(Folder, IndexName), stream => stream.Write(bytes), shared: true); // locks may not work
    }

    /// <summary>The error if a cache can no longer be written to.</summary>
    public static UserException WriteFailed(string folder, IOException cause) =>
        new($"presized photos cannot be written: {cause.Message} ({FreeSpace.Told(folder)})", folder, TooFull, cause);

    /// <summary>Makes the next run presize these photos again, because their pixels turned out to be damaged. Best effort.</summary>
    public void Forget(IReadOnlyList<CachedPhoto> damaged)
    {
        try
        {
            using var held = TryLock();
            if (held is null)
                return;
            var photos = Read();
            foreach (var photo in damaged)
                if (photos.TryGetValue(photo.Name, out var found) && found == photo)
                    photos.Remove(photo.Name);
            Publish(photos);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then the next run repairs them in memory, as this one did.
        }
    }

    /// <summary>
    /// Removes files that are not in the index: leftovers of killed runs, and superseded segments. Only the run that holds the lock may
    /// call it. On a file system without locks, another run may be about to publish a file, so only old ones are removed there.
    /// </summary>
    /// <param name="photos">The index as stored on disk.</param>
    /// <param name="superseded">Segments from an older index.</param>
    public void Sweep(IReadOnlyDictionary<string, CachedPhoto> photos, IEnumerable<string> superseded)
    {
        var kept = photos.Values.Select(p => p.Segment).ToHashSet();
        var old = superseded.ToHashSet();
        using var second = TryLock();
        var alone = second is null; // the lock is held, and it is effective
        foreach (var file in new DirectoryInfo(Folder).EnumerateFiles().Where(f => f.Extension is ".pixels" or ".tmp"))
            if (!kept.Contains(file.Name) && (alone || old.Contains(file.Name) || Time.GetUtcNow() - file.LastWriteTimeUtc > LeftBehind))
                TryDelete(file);
    }

    /// <summary>The lock held by the run that writes; the system releases it when that run ends, for whatever reason.</summary>
    /// <returns>The lock; null while another run holds it.</returns>
    public FileLock? TryLock()
    {
        var path = Path.Combine(Folder, "lock");
        try
        {
            return FileLock.TryTake(path);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null; // a cache on a read-only disk can still be read; a full disk is noticed if there is no lock file yet
        }
    }

    private byte[] ReadIndex()
    {
        try
        {
            // Others may replace it meanwhile, which Windows only allows if it is opened in this way.
            using var file = new FileStream(Path.Combine(Folder, IndexName), FileMode.Open, FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static void TryDelete(FileInfo file)
    {
        try
        {
            file.Delete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Windows: another run has it mapped. A later run removes it.
        }
    }

    /// <summary>The data set's folder: the photo's path without its name, or its folder if the path does not end with the name.</summary>
    private static string DataRoot(PhotoSource photo)
    {
        var path = Path.GetFullPath(photo.Path).Replace('\\', '/');
        return path.EndsWith("/" + photo.Name, StringComparison.Ordinal)
            ? path[..^(photo.Name.Length + 1)]
            : path[..Math.Max(path.LastIndexOf('/'), 0)];
    }
}
