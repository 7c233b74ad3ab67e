using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace PetBreeds.Cli.Web;

/// <summary>
/// Lets in only who knows the token, and only from the server's own pages. The token is the first part of every path, as it is in Jupyter's
/// address; a site that a browser visits cannot guess it. Host is checked so that no site can point its own name at this server (DNS
/// rebinding), Origin and Sec-Fetch-Site so that none can send requests here.
/// </summary>
/// <param name="port">The server's.</param>
internal sealed class Gate(int port)
{
    private readonly string _token = Secret();
    private string? _pass = Secret();

    private readonly string[] _hosts =
        [$"127.0.0.1:{port}", $"localhost:{port}", .. port == 80 ? ["127.0.0.1", "localhost"] : Array.Empty<string>()]; // browsers leave 80 out

    /// <summary>The path of the first page, for a person: it works as long as the server runs.</summary>
    public string Path => $"/{_token}/";

    /// <summary>
    /// A path that leads to <see cref="Path"/> once, for the command line of a browser: other users of the machine may read that.
    /// </summary>
    public string PathOnce => $"/{_pass}/";

    /// <summary>The request behind the token, or what to answer in its place.</summary>
    public (WebRequest? Request, WebReply? Refused) Let(HttpMessage message)
    {
        if (Foreign(message) is { } reason)
            return (null, Refuse(reason));
        var (path, query) = message.Target.IndexOf('?') is var mark and >= 0 ? (message.Target[..mark], message.Target[(mark + 1)..]) : (message.Target, "");
        var slash = path.IndexOf('/', 1);
        var secret = slash < 0 ? "" : path[1..slash];
        if (Same(secret, _token))
            return (new WebRequest(message.Method, path[(slash + 1)..], Parse(query), message.Body), null);
        return _pass is { } pass && Same(secret, pass) && Interlocked.CompareExchange(ref _pass, null, pass) == pass
            ? (null, WebReply.See(Path))
            : (null, Refuse("the address lacks the token: use the whole address that petbreeds printed"));
    }

    /// <summary>Why a request does not come from the server's own pages; null where it does.</summary>
    private string? Foreign(HttpMessage message)
    {
        var host = message.Header("Host");
        if (host is null || !_hosts.Contains(host))
            return "this address is not the server's own";
        var origin = message.Header("Origin");
        if (origin is not null ? origin != $"http://{host}" : message.Method == "POST")
            return "the request comes from another page";
        return message.Header("Sec-Fetch-Site") is null or "same-origin" or "none" ? null : "the request comes from another site";
    }

    private static WebReply Refuse(string reason) => WebReply.Problem((int)HttpStatusCode.Forbidden, reason);

    private static string Secret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private static bool Same(string a, string b) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b));

    private static Dictionary<string, string> Parse(string query)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=');
            var (name, value) = equals < 0 ? (part, "") : (part[..equals], part[(equals + 1)..]);
            values[Uri.UnescapeDataString(name)] = Uri.UnescapeDataString(value.Replace('+', ' '));
        }
        return values;
    }
}
