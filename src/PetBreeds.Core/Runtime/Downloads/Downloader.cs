namespace PetBreeds.Runtime.Downloads;

/// <summary>
/// Downloads missing files: interrupted downloads are resumed, transient errors are retried, content is verified before the file gets its
/// name, and two processes that need the same file download it only once.
/// </summary>
internal sealed class Downloader(DownloadOptions? options = null)
{
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(100);

    private static readonly HttpClient Client = MakeClient();

    private readonly DownloadOptions _options = options ?? new();

    /// <summary>
    /// Downloads a file to its path, unless it exists. The data of an interrupted download is kept next to it as <c>NAME.part</c>.
    /// </summary>
    /// <exception cref="UserException">
    /// The file cannot be downloaded (the error says how to do so manually), or the disk is full.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public async Task FetchAsync(RemoteFile file, IProgress<DownloadProgress>? progress, CancellationToken cancel)
    {
        if (await TryFetchAsync(file, progress, cancel) is { } failure)
            throw new UserException($"this file cannot be downloaded: {failure}", file.Url.ToString(),
                $"Without a network, {file.ByHand}.");
    }

    /// <summary>The same, for callers with an alternative source.</summary>
    /// <returns>Why the file could not be downloaded; null on success.</returns>
    internal async Task<string?> TryFetchAsync(RemoteFile file, IProgress<DownloadProgress>? progress, CancellationToken cancel)
    {
        if (File.Exists(file.Path))
            return null;
        try
        {
            using var part = await PartFile.OpenAsync(file,
                () => Note("another petbreeds process is downloading it"), _options.Time, cancel);
            if (File.Exists(file.Path))
            {
                part.Discard();
                return null;
            }
            return await FillAsync(file, part, progress, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"this file cannot be written: {e.Message}", file.Path,
                "Free some space, or set PETBREEDS_CACHE to another folder.", e);
        }

        void Note(string text) => progress?.Report(new DownloadProgress(file.Name, 0, file.About, 0, text));
    }

    private async Task<string?> FillAsync(RemoteFile file, PartFile part, IProgress<DownloadProgress>? progress, CancellationToken cancel)
    {
        for (var again = false; ; again = true)
        {
            if (await ReceiveAsync(file, part, progress, cancel) is { } failure)
                return failure;
            progress?.Report(new DownloadProgress(file.Name, part.Length, part.Length, 0, "checking"));
            if (await part.DamageAsync(cancel) is not { } damage)
            {
                part.Publish();
                return null;
            }
            if (again)
            {
                part.Discard();
                return $"the download is damaged, even from a fresh start: {damage}";
            }
            part.StartOver(null);
        }
    }

    /// <summary>Retries until the part is complete or no progress is made.</summary>
    private async Task<string?> ReceiveAsync(RemoteFile file, PartFile part, IProgress<DownloadProgress>? progress,
        CancellationToken cancel)
    {
        var transfer = new Transfer(Client, file, part, _options.Stall, Reporter(file, progress));
        var (useless, wait, most, arrived) = (0, _options.FirstWait, part.CanGoOn ? part.Length : 0, false);
        while (true)
        {
            try
            {
                await transfer.RunAsync(cancel);
                return null;
            }
            catch (TransferException e)
            {
                var useful = part.Length >= most + _options.UsefulBytes;
                (useless, wait, most) = useful ? (1, _options.FirstWait, part.Length) : (useless + 1, wait, most);
                arrived |= useful;
                // A machine that has just received data has a network: its name server is only unavailable for a moment.
                if (useless >= _options.Tries || !(e.Again || (arrived && e.InnerException is HttpRequestException)))
                    return e.Message;
                var pause = Least(e.After ?? wait, _options.LongestWait);
                progress?.Report(new DownloadProgress(file.Name, part.Length, file.About, 0,
                    $"retrying in {pause.TotalSeconds:0} s: {e.Message}"));
                await Task.Delay(pause, _options.Time, cancel);
                wait = Least(wait * 2, _options.LongestWait);
            }
        }
    }

    private Action<long, long?> Reporter(RemoteFile file, IProgress<DownloadProgress>? progress)
    {
        var rate = new TransferRate(_options.Time);
        long? last = null;
        return (done, total) =>
        {
            if (done != total && last is { } reported && _options.Time.GetElapsedTime(reported) < ReportEvery)
                return;
            last = _options.Time.GetTimestamp();
            progress?.Report(new DownloadProgress(file.Name, done, total ?? file.About, rate.At(done), ""));
        };
    }

    private static TimeSpan Least(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static HttpClient MakeClient()
    {
        var handler = new SocketsHttpHandler { ConnectTimeout = Transfer.ConnectPatience };
        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd($"petbreeds/{ProgramVersion.Number}");
        return client;
    }
}
