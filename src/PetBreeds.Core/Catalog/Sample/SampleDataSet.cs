using PetBreeds.Runtime;

namespace PetBreeds.Catalog.Sample;

/// <summary>
/// A data set that the program draws itself, so that everything can be tried without a network connection: cartoon cats and dogs of ten
/// made-up breeds. It is synthetic, and anything measured on it must say so.
/// </summary>
internal static class SampleDataSet
{
    /// <summary>The seed of the data set <c>sample</c>.</summary>
    public const int DefaultSeed = 42;

    /// <summary>Default number of pictures per breed: 400 in total.</summary>
    public const int DefaultPerClass = 40;

    /// <summary>Maximum number of pictures per breed.</summary>
    public const int MaxPerClass = 10_000;

    /// <summary>Incremented whenever the same seed draws different pictures than before.</summary>
    private const int Version = 2;

    private const string MarkerName = "SYNTHETIC.txt";

    /// <summary>The folder in the cache for a data set with these settings, which may not exist yet.</summary>
    public static string DefaultFolder(int seed, int perClass = DefaultPerClass) =>
        Path.Combine(CacheFolder.Sub("sample"), $"v{Version}-seed{seed}-{perClass}");

    /// <summary>
    /// Draws the data set if it does not exist: <c>folder/images/Breed_Name_12.jpg</c>, and a text that describes it. It is drawn in a
    /// temporary folder that is renamed when complete, so it is never incomplete, even if two processes do this at once.
    /// </summary>
    /// <param name="folder">The folder to create; if it exists, it must be empty or contain exactly this data set.</param>
    /// <param name="seed">Seed of all choices; the same seed draws the same pictures.</param>
    /// <param name="perClass">Number of pictures per breed, 2 to 10,000.</param>
    /// <param name="progress">Called after each picture.</param>
    /// <param name="cancellation">Stops the work and removes what was drawn.</param>
    /// <returns>The full path of the folder.</returns>
    /// <exception cref="UserException">
    /// The folder contains something else or cannot be written to, or the number is out of range.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public static string Ensure(
        string folder, int seed, int perClass, IProgress<(int Done, int Total)>? progress = null, CancellationToken cancellation = default)
    {
        if (perClass is < 2 or > MaxPerClass)
            throw new UserException($"{perClass} pictures per breed were requested", null, $"Request 2 to {MaxPerClass}.");
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var marker = Marker(seed, perClass);
        if (IsThere(full, marker))
            return full;
        var unfinished = $"{full}.unfinished-{Guid.NewGuid():N}";
        try
        {
            Draw(unfinished, seed, perClass, progress, cancellation);
            File.WriteAllText(Path.Combine(unfinished, MarkerName), marker);
            Publish(unfinished, full, marker);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException("the sample data set cannot be written: " + e.Message, full, "Give a folder you can write to.", e);
        }
        finally
        {
            if (Directory.Exists(unfinished))
                Directory.Delete(unfinished, recursive: true);
        }
        return full;
    }

    private static string Marker(int seed, int perClass) =>
        "Synthetic: cartoon animals of made-up breeds, drawn by petbreeds. Results on them say nothing about photos.\n"
        + $"version {Version}\nseed {seed}\npictures a breed {perClass}\n";

    private static bool IsThere(string folder, string marker)
    {
        if (!Directory.Exists(folder) || !Directory.EnumerateFileSystemEntries(folder).Any())
            return false;
        var file = Path.Combine(folder, MarkerName);
        if (!File.Exists(file))
            throw new UserException("the folder is not empty and does not contain a sample data set", folder, "Give another folder.");
        return File.ReadAllText(file) == marker
            ? true
            : throw new UserException("the folder contains a sample data set with another seed, size or version", folder,
                "Give another folder, or delete this one.");
    }

    private static void Draw(string folder, int seed, int perClass, IProgress<(int Done, int Total)>? progress,
        CancellationToken cancellation)
    {
        var images = Directory.CreateDirectory(Path.Combine(folder, "images")).FullName;
        var (done, total) = (0, SampleBreed.All.Count * perClass);
        try
        {
            Parallel.For(0, total, new ParallelOptions { CancellationToken = cancellation }, i =>
            {
                var (breed, number) = (SampleBreed.All[i % SampleBreed.All.Count], i / SampleBreed.All.Count + 1);
                File.WriteAllBytes(Path.Combine(images, $"{breed.Name}_{number}.jpg"), SampleArtist.DrawJpeg(breed, seed, number));
                progress?.Report((Interlocked.Increment(ref done), total));
            });
        }
        catch (AggregateException e) when (e.InnerExceptions.FirstOrDefault(i =>
            i is IOException or UnauthorizedAccessException) is { } disk)
        {
            throw new IOException(disk.Message, e);
        }
    }

    /// <summary>Renames the finished folder; if another process was first, its identical data set is kept.</summary>
    private static void Publish(string unfinished, string full, string marker)
    {
        try
        {
            if (Directory.Exists(full))
                Directory.Delete(full); // only if empty
            Directory.Move(unfinished, full);
        }
        catch (Exception e) when ((e is IOException or UnauthorizedAccessException) && IsThere(full, marker))
        {
        }
    }
}
