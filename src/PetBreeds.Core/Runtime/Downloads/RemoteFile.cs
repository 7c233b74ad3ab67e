namespace PetBreeds.Runtime.Downloads;

/// <summary>A file on the web and its local path.</summary>
/// <param name="Url">The http or https URL.</param>
/// <param name="Path">The full local path.</param>
/// <param name="About">Its approximate size in bytes; null if unknown.</param>
/// <param name="Bytes">Its exact size in bytes; null if unknown.</param>
/// <param name="Hash">The hash that its content must have; null if unknown.</param>
internal sealed record RemoteFile(Uri Url, string Path, long? About, long? Bytes, ContentHash? Hash)
{
    /// <summary>The file's name without folder.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>How to download it manually.</summary>
    public string ByHand => $"download {Url} manually and save it as {Path}";
}

/// <summary>The progress of a download.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Done">Bytes downloaded, including those of earlier attempts.</param>
/// <param name="Total">Total bytes; null if the server does not tell.</param>
/// <param name="BytesPerSecond">Speed over the last seconds; 0 if stalled.</param>
/// <param name="Note">Other activity ("checking", "retrying in 2 s: ..."); empty while data is being received.</param>
internal sealed record DownloadProgress(string Name, long Done, long? Total, double BytesPerSecond, string Note)
{
    /// <summary>Remaining time at this speed; null if it is unknown.</summary>
    public TimeSpan? Left => Total is { } total && BytesPerSecond > 0 ? TimeSpan.FromSeconds((total - Done) / BytesPerSecond) : null;
}

/// <summary>Something that is not available locally yet, and how to download it.</summary>
/// <param name="What">A description, such as "the Oxford-IIIT Pet data set".</param>
/// <param name="Files">The files to download; empty if all were put in place by hand and only need unpacking.</param>
/// <param name="Instead">The alternative to downloading, to complete "Or ...".</param>
/// <param name="Get">Performs the download; may be cancelled and called again.</param>
/// <param name="Mirror">The file to download if the others are unavailable.</param>
internal sealed record DownloadPlan(
    string What, IReadOnlyList<RemoteFile> Files, string Instead, Func<IProgress<DownloadProgress>?, CancellationToken, Task> Get,
    RemoteFile? Mirror = null)
{
    /// <summary>The step that downloads only this; null if there is none.</summary>
    public NextStep? Next { get; init; }

    /// <summary>The error for downloads to which the user has not agreed.</summary>
    /// <param name="plans">The missing downloads.</param>
    /// <param name="agree">How to agree, to complete "… to download it".</param>
    public static UserException Refused(IReadOnlyList<DownloadPlan> plans, string agree)
    {
        DownloadPlan[] wanted = [.. plans.Where(plan => plan.Files.Count > 0)];
        var them = wanted.Length == 1 ? "it" : "them";
        return new UserException(
            $"{string.Join(" and ", wanted.Select(plan => plan.What))} must be downloaded first ({SizeOf(wanted)})", null,
            $"{agree} to download {them}, or {string.Join("; or ", wanted.Select(plan => plan.Instead))}. Without a network, "
            + $"{string.Join(", ", wanted.SelectMany(plan => plan.Files).Select(file => file.ByHand))}.")
        {
            Next = wanted.Select(plan => plan.Next).FirstOrDefault(step => step is not null),
        };
    }

    /// <summary>"350 MB", "350 MB and more" or "of unknown size".</summary>
    public static string SizeOf(IEnumerable<DownloadPlan> plans)
    {
        var sizes = plans.SelectMany(plan => plan.Files).Select(file => file.About).ToArray();
        var known = ByteCount.Text(sizes.Sum() ?? 0);
        return sizes.All(size => size is not null) ? known : sizes.All(size => size is null) ? "of unknown size" : $"{known} and more";
    }
}
