using System.Net;
using System.Net.Http.Headers;
using PetBreeds.Runtime.Files;

namespace PetBreeds.Runtime.Downloads;

/// <summary>One attempt to download the missing part of a file over one connection.</summary>
internal sealed class Transfer(HttpClient client, RemoteFile file, PartFile part, TimeSpan patience, Action<long, long?> moved)
{
    /// <summary>Timeout for establishing a connection, which is shorter than <c>patience</c>.</summary>
    public static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(10);

    /// <summary>Downloads until the part has the length of the file that the server reports.</summary>
    /// <exception cref="TransferException">The download is incomplete; the received data is kept.</exception>
    /// <exception cref="UserException">The disk is too full.</exception>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var alive = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        alive.CancelAfter(patience);
        try
        {
            using var request = Request();
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, alive.Token);
            if (response.StatusCode != HttpStatusCode.RequestedRangeNotSatisfiable)
                await ReceiveAsync(response, Prepare(response), alive, cancel);
            else if (response.Content.Headers.ContentRange?.Length != part.Length)
                throw Restart("the partial download is longer than the file");
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new TransferException(e.InnerException is TimeoutException
                ? $"no connection within {ConnectPatience.TotalSeconds:0} s"
                : $"no data arrived for {patience.TotalSeconds:0.#} s", again: true, cause: e);
        }
        catch (HttpRequestException e)
        {
            // Without a network, names cannot be resolved; waiting would not help.
            throw new TransferException(Innermost(e), again: e.HttpRequestError != HttpRequestError.NameResolutionError, cause: e);
        }
    }

    private HttpRequestMessage Request()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, file.Url);
        request.Headers.AcceptEncoding.ParseAdd("identity"); // lengths and ranges must be those of the file itself
        if (!part.CanGoOn)
            return request;
        request.Headers.Range = new RangeHeaderValue(part.Length, null);
        if (part.Tag is { } tag)
            request.Headers.TryAddWithoutValidation("If-Range", tag);
        return request;
    }

    /// <summary>Makes the part end where the response begins.</summary>
    /// <returns>The length of the whole file; null if it is not reported.</returns>
    private long? Prepare(HttpResponseMessage response)
    {
        if (!response.IsSuccessStatusCode)
            throw Refused(response);
        var content = response.Content.Headers;
        if (content.ContentType?.MediaType == "text/html")
            throw new TransferException("the server sent a web page instead of the file", again: false);
        var total = content.ContentLength;
        if (response.StatusCode == HttpStatusCode.PartialContent)
        {
            if (content.ContentRange?.From != part.Length)
                throw Restart("the server sent a different range than requested");
            total = content.ContentRange.Length ?? total + part.Length;
        }
        else
        {
            part.StartOver(TagOf(response)); // also if the server does not support ranges, or has another version now
        }
        if (file.Bytes is { } bytes && total is { } said && bytes != said)
            throw new TransferException($"the server's file has {said:N0} bytes, not {bytes:N0}", again: false);
        FreeSpace.Require(Path.GetDirectoryName(file.Path)!, (total ?? file.About ?? 0) - part.Length, file.Name);
        return total;
    }

    private async Task ReceiveAsync(HttpResponseMessage response, long? total, CancellationTokenSource alive, CancellationToken cancel)
    {
        await using var body = await response.Content.ReadAsStreamAsync(alive.Token);
        var buffer = new byte[1 << 17];
        while (true)
        {
            alive.CancelAfter(patience);
            var read = await ReadAsync(body, buffer, alive.Token);
            if (read == 0)
                break;
            if (part.Length + read > (file.Bytes ?? total ?? long.MaxValue))
                throw Restart("the server sent more bytes than the file has");
            await part.AppendAsync(buffer.AsMemory(0, read), cancel);
            moved(part.Length, total);
        }
        if (total is { } all && part.Length < all)
            throw new TransferException("the connection was lost", again: true);
    }

    /// <summary>Distinguishes a broken connection from a full disk: both throw an IOException.</summary>
    private static async Task<int> ReadAsync(Stream body, byte[] buffer, CancellationToken cancel)
    {
        try
        {
            return await body.ReadAsync(buffer, cancel);
        }
        catch (IOException e)
        {
            throw new TransferException("the connection was lost", again: true, cause: e);
        }
    }

    private TransferException Restart(string reason)
    {
        part.StartOver(null);
        return new TransferException(reason, again: true);
    }

    private static TransferException Refused(HttpResponseMessage response)
    {
        var again = response.StatusCode is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests
            or HttpStatusCode.RequestTimeout;
        return new TransferException($"the server answered {(int)response.StatusCode} ({response.ReasonPhrase})", again,
            response.Headers.RetryAfter?.Delta);
    }

    /// <summary>A strong ETag, or otherwise the date: what If-Range accepts (RFC 9110, section 13.1.5).</summary>
    private static string? TagOf(HttpResponseMessage response) => response.Headers.ETag is { IsWeak: false } tag
        ? tag.Tag
        : response.Content.Headers.LastModified?.ToString("R");

    private static string Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e.Message.TrimEnd('.');
}
