using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PetBreeds.Tests.Runtime.Downloads;

/// <summary>What a client asked for.</summary>
/// <param name="Number">0 for the first request of this path.</param>
internal sealed record Asked(string Path, long? From, string? IfRange, int Number);

/// <summary>What the server does about it; the faults are the point.</summary>
internal sealed record Reply(int Status, byte[] Body)
{
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>Content-Length to claim; null: the body's; negative: none, and the body is chunked.</summary>
    public long? Claim { get; init; }

    /// <summary>Bytes of the body after which the connection is cut.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Whether the connection falls silent instead of ending.</summary>
    public bool Stall { get; init; }

    /// <summary>A well-behaved answer, whole or from where the client asks, of a version.</summary>
    public static Reply File(byte[] file, Asked asked, string tag = "\"v1\"") => asked.From is { } from && asked.IfRange is null or "\"v1\""
        ? new Reply(206, file[(int)from..]) { Headers = [$"Content-Range: bytes {from}-{file.Length - 1}/{file.Length}", $"ETag: {tag}"] }
        : new Reply(200, file) { Headers = [$"ETag: {tag}"] };
}

/// <summary>
/// A small HTTP/1.1 server on the loopback interface, one request a connection, that can misbehave in every way a test needs.
/// </summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<Asked, Reply> _answer;
    private readonly ConcurrentQueue<Asked> _requests = [];

    public LoopbackServer(Func<Asked, Reply> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = Task.Run(AcceptAsync);
    }

    public string Root => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public IReadOnlyList<Asked> Requests => [.. _requests];

    public void Dispose()
    {
        if (_end.IsCancellationRequested)
            return;
        _end.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_end.Token);
                _ = Task.Run(() => ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var reply = _answer(await ReadAsync(stream));
                await SendAsync(stream, reply);
                if (reply.Stall)
                    await Task.Delay(Timeout.Infinite, _end.Token);
                if (reply.CutAfter is not null)
                    client.Client.LingerState = new LingerOption(true, 0); // a reset, as of a lost connection
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
            {
            }
        }
    }

    private async Task<Asked> ReadAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n") && await stream.ReadAsync(one, _end.Token) == 1)
            text.Append((char)one[0]);
        var lines = text.ToString().Split("\r\n");
        var path = lines[0].Split(' ')[1];
        var range = Value("Range: bytes=");
        var asked = new Asked(path, range is null ? null
            : long.Parse(range.TrimEnd('-'), CultureInfo.InvariantCulture), Value("If-Range: "),
            _requests.Count(earlier => earlier.Path == path));
        _requests.Enqueue(asked);
        return asked;

        string? Value(string header) =>
            lines.FirstOrDefault(line => line.StartsWith(header, StringComparison.OrdinalIgnoreCase))?[header.Length..];
    }

    private async Task SendAsync(NetworkStream stream, Reply reply)
    {
        var length = reply.Claim ?? reply.Body.Length;
        var framing = length < 0 ? "Transfer-Encoding: chunked" : $"Content-Length: {length}";
        var head = $"HTTP/1.1 {reply.Status} Status{reply.Status}\r\n{framing}\r\nConnection: close\r\n"
            + string.Concat(reply.Headers.Select(header => header + "\r\n")) + "\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), _end.Token);
        var body = reply.Body.AsMemory(0, reply.CutAfter ?? reply.Body.Length);
        if (length < 0)
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{body.Length:x}\r\n"), _end.Token);
        await stream.WriteAsync(body, _end.Token);
        if (length < 0 && reply.CutAfter is null)
            await stream.WriteAsync("\r\n0\r\n\r\n"u8.ToArray(), _end.Token);
        await stream.FlushAsync(_end.Token);
        if (reply.CutAfter is not null)
            await Task.Delay(50, _end.Token); // lets the client read what was sent before the reset
    }
}
