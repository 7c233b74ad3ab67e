using System.Security.Cryptography;
using System.Text;

namespace PetBreeds.Cli.Web;

/// <summary>
/// Lets in only who knows the token, and only from the server's own pages. The token is the first part of every path, as it is in Jupyter's
/// address; a site that a browser visits cannot guess it. Host is checked so that no site can point its own name at this server (DNS
/// rebinding), Origin and Sec-Fetch-Site so that none can send requests here.
/// </summary>
/// <param name="port">The server's.</param>
/// <param name="token">Its secret.</param>
internal sealed class Gate(int port, string token)
{
    private readonly string[] _hosts = [$"127.0.0.1:{port}", $"localhost:{port}"];
    private readonly byte[] _token = Encoding.ASCII.GetBytes(token);

    /// <summary>The request behind the token; a null request is to be refused with 403 for the reason given.</summary>
    public (WebRequest? Request, string? Refused) Let(HttpMessage message)
    {
        var host = message.Header("Host");
        if (host is null || !_hosts.Contains(host))
            return (null, "this address is not the server's own");
        var origin = message.Header("Origin");
        if (origin is not null ? origin != $"http://{host}" : message.Method == "POST")
            return (null, "the request comes from another page");
        if (message.Header("Sec-Fetch-Site") is not (null or "same-origin" or "none"))
            return (null, "the request comes from another site");
        var (path, query) = message.Target.IndexOf('?') is var mark and >= 0 ? (message.Target[..mark], message.Target[(mark + 1)..]) : (message.Target, "");
        var slash = path.IndexOf('/', 1);
        if (slash < 0 || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(path[1..slash]), _token))
            return (null, "the address lacks the token: use the whole address that petbreeds printed");
        return (new WebRequest(message.Method, path[(slash + 1)..], Parse(query), message.Body), null);
    }

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
