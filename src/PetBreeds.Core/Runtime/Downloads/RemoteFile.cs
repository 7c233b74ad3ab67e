namespace PetBreeds.Runtime.Downloads;

/// <summary>A file on the web and its place on this machine.</summary>
/// <param name="Url">http or https.</param>
/// <param name="Path">Where it is kept: a full path.</param>
/// <param name="About">Its size in bytes as far as it is known; null where it is not.</param>
/// <param name="Bytes">Its exact size where that is known.</param>
/// <param name="Hash">What its content must be; null where nobody says.</param>
internal sealed record RemoteFile(Uri Url, string Path, long? About, long? Bytes, ContentHash? Hash)
{
    /// <summary>Name without folder.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>What to do where the network does not help.</summary>
    public string ByHand => $"download {Url} manually and save it as {Path}";
}

/// <summary>How far a download is.</summary>
/// <param name="Name">The file's.</param>
/// <param name="Done">Bytes here, those of an earlier try included.</param>
/// <param name="Total">Bytes in all; null where the server does not say.</param>
/// <param name="BytesPerSecond">Of the last seconds; 0 where nothing moves.</param>
/// <param name="Note">What else is happening ("checking", "retrying in 2 s: ..."); empty while bytes flow.</param>
internal sealed record DownloadProgress(string Name, long Done, long? Total, double BytesPerSecond, string Note)
{
    /// <summary>Time left at this rate; null where it cannot be told.</summary>
    public TimeSpan? Left => Total is { } total && BytesPerSecond > 0 ? TimeSpan.FromSeconds((total - Done) / BytesPerSecond) : null;
}

/// <summary>Something that is not on this machine yet, and how to get it.</summary>
/// <param name="What">In words: "the Oxford-IIIT Pet data set".</param>
/// <param name="Files">What will be downloaded; none where all of it was put in place by hand and is only to be unpacked.</param>
/// <param name="Instead">What to do for who does not want the download, to complete "Or ...".</param>
/// <param name="Get">Does it; may be cancelled and called again.</param>
/// <param name="Mirror">What will be downloaded if the files cannot be had.</param>
internal sealed record DownloadPlan(
    string What, IReadOnlyList<RemoteFile> Files, string Instead, Func<IProgress<DownloadProgress>?, CancellationToken, Task> Get,
    RemoteFile? Mirror = null)
{
    /// <summary>What downloads it and nothing else; null where nothing does.</summary>
    public NextStep? Next { get; init; }

    /// <summary>The error for downloads that nobody agreed to.</summary>
    /// <param name="plans">What is missing.</param>
    /// <param name="agree">How to agree, to complete "… to download it".</param>
    public static UserException Refused(IReadOnlyList<DownloadPlan> plans, string agree)
    {
        DownloadPlan[] wanted = [.. plans.Where(plan => plan.Files.Count > 0)];
        var them = wanted.Length == 1 ? "it" : "them";
        return new UserException($"{string.Join(" and ", wanted.Select(plan => plan.What))} must be downloaded first ({SizeOf(wanted)})", null,
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
