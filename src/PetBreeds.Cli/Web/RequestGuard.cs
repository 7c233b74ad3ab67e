using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace PetBreeds.Cli.Web;

/// <summary>
/// Middleware that accepts only requests with the token, and only from the server's own pages. The token is the first part of every path;
/// a web site cannot guess it. Host is checked so that no site can point its own name at this server (DNS rebinding), Origin and
/// Sec-Fetch-Site so that none can send requests here. Requests that no browser sends are rejected.
/// </summary>
internal sealed class RequestGuard
{
    /// <summary>No request needs a longer body: a decision takes about fifty bytes.</summary>
    public const int MaxBodyBytes = 16 << 10;

    private readonly string _token = Secret();
    private string? _once = Secret();

    /// <summary>The path of the first page, for the user; it works as long as the server runs.</summary>
    public string Path => $"/{_token}/";

    /// <summary>
    /// A path that redirects to <see cref="Path"/> once, for a browser's command line, which other users of the machine may read.
    /// </summary>
    public string PathOnce => $"/{_once}/";

    /// <summary>Passes on an accepted request, with the path after the token; answers others itself.</summary>
    public Task Invoke(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if ((Malformed(context) ?? Foreign(context)) is var (status, reason))
            return Refuse(context, status, reason);
        var path = request.Path.Value!;
        var slash = path.IndexOf('/', 1);
        var secret = slash < 0 ? "" : path[1..slash];
        if (Same(secret, _token))
        {
            (request.PathBase, request.Path) = (path[..slash], path[slash..]);
            return next(context);
        }
        if (_once is not { } once || !Same(secret, once) || Interlocked.CompareExchange(ref _once, null, once) != once)
            return Refuse(context, StatusCodes.Status403Forbidden,
                "the address lacks the token: use the whole address that petbreeds printed");
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = Path;
        return Task.CompletedTask;
    }

    /// <summary>The status and reason to reject what a browser never sends; null if the request is well-formed.</summary>
    private static (int Status, string Reason)? Malformed(HttpContext context)
    {
        var request = context.Request;
        if (request.Headers.Any(header => header.Value.Count != 1))
            return (StatusCodes.Status400BadRequest, "a header appears twice");
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget; // as it was sent: it may be a full URL
        if (request.Method is not ("GET" or "POST") || target is not ['/', ..])
            return (StatusCodes.Status400BadRequest, "this is not a GET or POST request for a path");
        if (request.Headers.TransferEncoding.Count > 0)
            return (StatusCodes.Status501NotImplemented, "chunked bodies are not accepted");
        return request.ContentLength > MaxBodyBytes ? (StatusCodes.Status413PayloadTooLarge, "the request's body is too long") : null;
    }

    /// <summary>Why a request does not come from the server's own pages; null if it does.</summary>
    private static (int Status, string Reason)? Foreign(HttpContext context)
    {
        var (headers, host) = (context.Request.Headers, context.Request.Headers.Host.ToString());
        if (!IsOwn(host, context.Connection.LocalPort))
            return (StatusCodes.Status403Forbidden, "this address is not the server's own");
        if (headers.Origin.Count > 0 ? headers.Origin != $"http://{host}" : context.Request.Method == "POST")
            return (StatusCodes.Status403Forbidden, "the request comes from another page");
        return headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none"
            ? null
            : (StatusCodes.Status403Forbidden, "the request comes from another site");
    }

    /// <summary>Whether a Host header is a name of this machine's loopback interface.</summary>
    public static bool IsOwn(string host, int port) => host == $"127.0.0.1:{port}" || host == $"localhost:{port}"
        || (port == 80 && host is "127.0.0.1" or "localhost"); // browsers omit port 80

    private static Task Refuse(HttpContext context, int status, string reason)
    {
        context.Response.Headers.Connection = "close";
        return Problems.Answer(status, reason).ExecuteAsync(context);
    }

    private static string Secret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private static bool Same(string a, string b) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b));
}
