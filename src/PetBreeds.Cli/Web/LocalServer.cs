using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PetBreeds.Cli.Web;

/// <summary>
/// A web server for the one person at this machine: bound to 127.0.0.1, guarded by a <see cref="Gate"/>. Its own few lines, for ASP.NET
/// would be one more framework to install, and HttpListener can neither find a free port nor refuse a wrong Host itself.
/// </summary>
internal sealed class LocalServer : IDisposable
{
    private const int MostConnections = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Nothing but the server's own files, and nobody may put its pages into a frame.
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly TcpListener _listener;
    private readonly string _site;
    private readonly Gate _gate;
    private readonly SemaphoreSlim _places = new(MostConnections);
    private bool _waiting; // one place is taken for the next connection

    /// <param name="port">0 takes a free one.</param>
    /// <exception cref="UserException">It is taken or may not be used.</exception>
    public LocalServer(int port)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            _listener.Start();
        }
        catch (SocketException e)
        {
            throw new UserException($"the port cannot be used: {e.Message}", $"--port {port}", "Give another, or leave it out for a free one.", e);
        }
        var taken = ((IPEndPoint)_listener.LocalEndpoint).Port;
        (_site, _gate) = ($"http://127.0.0.1:{taken}", new Gate(taken));
    }

    /// <summary>Where its first page is, with the token.</summary>
    public string Url => _site + _gate.Path;

    /// <summary>An address that leads there once: see <see cref="Gate.PathOnce"/>.</summary>
    public string UrlOnce => _site + _gate.PathOnce;

    /// <summary>Answers until cancelled.</summary>
    /// <param name="answer">Called from several threads at once.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task Run(Func<WebRequest, WebReply> answer, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                await _places.WaitAsync(cancel);
                _waiting = true;
                var client = await _listener.AcceptTcpClientAsync(cancel);
                _waiting = false;
                _ = Task.Run(() => Serve(client, answer, cancel), CancellationToken.None);
            }
        }
        finally
        {
            // Nobody answers any more when this returns: what answers are made of may go.
            for (var i = _waiting ? 1 : 0; i < MostConnections; i++)
                await _places.WaitAsync(CancellationToken.None);
        }
    }

    public void Dispose() => _listener.Dispose();

    private async Task Serve(TcpClient client, Func<WebRequest, WebReply> answer, CancellationToken cancel)
    {
        try
        {
            using (client)
            {
                client.NoDelay = true;
                var stream = client.GetStream();
                var rest = new MemoryStream();
                while (await Exchange(stream, rest, answer, cancel))
                {
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // The browser has gone, or the program ends.
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>One request and its answer; false where the connection is done with.</summary>
    private async Task<bool> Exchange(NetworkStream stream, MemoryStream rest, Func<WebRequest, WebReply> answer, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        HttpMessage? message;
        try
        {
            message = await HttpMessage.Read(stream, rest, patience.Token);
        }
        catch (BadRequestException e)
        {
            await Send(stream, WebReply.Problem(e.Status, e.Message), close: true, patience.Token);
            return false;
        }
        if (message is null)
            return false;
        var (request, refused) = _gate.Let(message);
        var reply = request is null ? refused! : Answer(request, answer);
        var close = request is null || string.Equals(message.Header("Connection"), "close", StringComparison.OrdinalIgnoreCase);
        patience.CancelAfter(Patience); // the answer's own: what was decided must be heard of
        await Send(stream, reply, close, patience.Token);
        return !close;
    }

    private static WebReply Answer(WebRequest request, Func<WebRequest, WebReply> answer)
    {
        try
        {
            return answer(request);
        }
        catch (UserException e)
        {
            return WebReply.Problem(500, $"{e.Message} {e.Remedy}");
        }
#pragma warning disable CA1031 // one request that fails must not end the others
        catch (Exception e)
#pragma warning restore CA1031
        {
            return WebReply.Problem(500, $"this should not have happened: {e.Message}");
        }
    }

    private static async Task Send(NetworkStream stream, WebReply reply, bool close, CancellationToken cancel)
    {
        var head = $"HTTP/1.1 {reply.Status} {(HttpStatusCode)reply.Status}\r\nContent-Type: {reply.Type}\r\nContent-Length: {reply.Body.Length}\r\n"
            + (reply.Location is { } location ? $"Location: {location}\r\n" : "")
            + $"Content-Security-Policy: {Policy}\r\nX-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\nReferrer-Policy: no-referrer\r\n"
            + "Cross-Origin-Resource-Policy: same-origin\r\nCross-Origin-Opener-Policy: same-origin\r\n"
            + $"Cache-Control: {(reply.Keep ? "private, max-age=86400, immutable" : "no-store")}\r\nConnection: {(close ? "close" : "keep-alive")}\r\n\r\n";
        await stream.WriteAsync(new ReadOnlyMemory<byte>([.. Encoding.ASCII.GetBytes(head), .. reply.Body]), cancel);
    }
}
