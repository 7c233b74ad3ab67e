using PetBreeds.Runtime;
using PetBreeds.Runtime.Downloads;
using PetBreeds.Runtime.Files;

namespace PetBreeds.Catalog.Pets;

/// <summary>
/// The Oxford-IIIT Pet data set (Parkhi, Vedaldi, Zisserman, Jawahar, 2012; CC BY-SA 4.0): 37 breeds, 7,390 photos, downloaded once to the
/// cache folder.
/// </summary>
internal static class PetsDataSet
{
    /// <summary>The data set's folder in the mirror's archive.</summary>
    private const string InMirror = "oxford-iiit-pet";

    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>Its folder, which may not exist yet.</summary>
    public static string Folder => PetsSource.In(CacheFolder.Root).Folder;

    /// <summary>What must be downloaded before it can be used; null if it is available locally.</summary>
    public static DownloadPlan? Missing() => Missing(PetsSource.In(CacheFolder.Root));

    internal static DownloadPlan? Missing(PetsSource source) => IsThere(source.Folder)
        ? null
        : new DownloadPlan("the Oxford-IIIT Pet data set",
            File.Exists(source.Mirror.Path) ? [] : [.. source.Archives.Where(archive => !File.Exists(archive.Path))],
            "use `data sample` or your own photos",
            (progress, cancel) => GetAsync(source, new Downloader(), progress, cancel), source.Mirror)
        {
            Next = NextStep.DownloadPets,
        };

    /// <summary>Photos unpacked by hand are sufficient, even without the lists of the official split.</summary>
    internal static bool IsThere(string folder) => Directory.Exists(Path.Combine(folder, "images"));

    /// <summary>Downloads, verifies and unpacks it, unless it exists. When complete, it is moved into place in one step.</summary>
    /// <exception cref="UserException">It cannot be downloaded or unpacked.</exception>
    internal static async Task GetAsync(PetsSource source, Downloader downloader, IProgress<DownloadProgress>? progress,
        CancellationToken cancel)
    {
        // With two processes at once, the second one waits, then finds the data set.
        using var mine = await FileLock.TakeAsync(source.Folder + ".lock", () => progress?.Report(new DownloadProgress(
            Path.GetFileName(source.Folder), 0, null, 0, "another petbreeds process is downloading it")), TimeProvider.System, cancel);
        if (IsThere(source.Folder))
            return;
        if (Directory.Exists(source.Folder) && Directory.EnumerateFileSystemEntries(source.Folder).Any())
            throw new UserException("this folder is not empty and has no images folder of the Oxford-IIIT Pet data set", source.Folder,
                "Move it away to make room for the data set.");
        var (archives, root) = await FetchAsync(source, downloader, progress, cancel);
        Unpack(archives, root, source.Folder, progress, cancel);
        foreach (var path in source.Archives.Append(source.Mirror).Select(archive => archive.Path))
        {
            File.Delete(path);
            File.Delete(path + ".part"); // of an abandoned source
            File.Delete(path + ".part.tag");
        }
    }

    /// <summary>Downloads the publishers' archives, or otherwise the mirror's.</summary>
    /// <returns>The archives, and the folder in them that contains the data set.</returns>
    private static async Task<(IReadOnlyList<RemoteFile> Archives, string Root)> FetchAsync(
        PetsSource source, Downloader downloader, IProgress<DownloadProgress>? progress, CancellationToken cancel)
    {
        string? failure = null;
        if (File.Exists(source.Mirror.Path) && await FetchAsync(source.Mirror) is null)
            return ([source.Mirror], InMirror);
        foreach (var archive in source.Archives)
            failure ??= await FetchAsync(archive);
        if (failure is null)
            return (source.Archives, "");
        progress?.Report(new DownloadProgress(source.Mirror.Name, 0, source.Mirror.About, 0, $"{failure}; trying {source.Mirror.Url}"));
        return await FetchAsync(source.Mirror) is not { } second
            ? ([source.Mirror], InMirror)
            : throw new UserException($"the Oxford-IIIT Pet data set cannot be downloaded: {failure}; {second}", null,
                $"Without a network, {string.Join(" and ", source.Archives.Select(archive => archive.ByHand))}, then try again; "
                + "or use `data sample`, which needs none.");

        async Task<string?> FetchAsync(RemoteFile archive)
        {
            if (!File.Exists(archive.Path))
                return await downloader.TryFetchAsync(archive, progress, cancel) is { } failure ? $"{archive.Url}: {failure}" : null;
            return await DamageAsync(archive, progress, cancel) is { } damage
                ? throw new UserException($"this archive is damaged: {damage}", archive.Path, "Delete it and try again.")
                : null;
        }
    }

    /// <summary>Describes what is wrong with an archive that may have been put there by hand.</summary>
    private static async Task<string?> DamageAsync(RemoteFile archive, IProgress<DownloadProgress>? progress, CancellationToken cancel)
    {
        await using var file = File.OpenRead(archive.Path);
        progress?.Report(new DownloadProgress(archive.Name, file.Length, file.Length, 0, "checking"));
        if (archive.Bytes is { } bytes && bytes != file.Length)
            return $"it has {file.Length:N0} bytes, not {bytes:N0}";
        return archive.Hash is { } hash ? await hash.MismatchAsync(file, cancel) : null;
    }

    private static void Unpack(
        IReadOnlyList<RemoteFile> archives, string root, string folder, IProgress<DownloadProgress>? progress, CancellationToken cancel)
    {
        var unfinished = folder + ".unfinished"; // the caller holds the lock, so anything there was left by a killed run
        Remove(unfinished);
        try
        {
            // Photos do not shrink in a .gz: unpacked, they take about as much space as the archives.
            FreeSpace.Require(Path.GetDirectoryName(folder)!, archives.Sum(archive => new FileInfo(archive.Path).Length),
                "the unpacked data set");
            foreach (var archive in archives)
                SafeTar.Extract(archive.Path, unfinished, ArchiveLimits.Default, Reporter(archive.Name, progress), cancel);
            var found = Path.Combine(unfinished, root);
            if (!IsThere(found))
                throw new UserException("there is no images folder in these archives", archives[0].Path, "Delete them and try again.");
            if (Directory.Exists(folder))
                Directory.Delete(folder); // only if empty
            Directory.Move(found, folder);
        }
        finally
        {
            Remove(unfinished);
        }
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private static Action<long, long> Reporter(string name, IProgress<DownloadProgress>? progress)
    {
        long? last = null;
        return (done, total) =>
        {
            if (last is { } reported && TimeProvider.System.GetElapsedTime(reported) < ReportEvery)
                return;
            last = TimeProvider.System.GetTimestamp();
            progress?.Report(new DownloadProgress(name, done, total, 0, "unpacking"));
        };
    }
}
