using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace PetBreeds.Cli.Web;

/// <summary>What cannot be answered as it stands, with the status to refuse it with.</summary>
internal sealed class BadRequestException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}

/// <summary>
/// One HTTP/1.1 request as it came in (RFC 9112). What browsers do not send is refused: folded lines, chunked bodies, a header twice.
/// </summary>
/// <param name="Method">GET or POST.</param>
/// <param name="Target">Path and query as sent.</param>
/// <param name="Headers">Names in any case.</param>
/// <param name="Body">As long as Content-Length says.</param>
internal sealed record HttpMessage(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    private const int MostHead = 16 << 10;
    private const int MostBody = 16 << 10;

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>Reads the next request of a connection; null where it was closed.</summary>
    /// <param name="stream">Of the connection.</param>
    /// <param name="rest">Bytes read beyond the request before; gets those beyond this one.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="BadRequestException">It is not as it must be.</exception>
    public static async Task<HttpMessage?> Read(NetworkStream stream, MemoryStream rest, CancellationToken cancel)
    {
        var buffer = new byte[4096];
        int end;
        while ((end = rest.GetBuffer().AsSpan(0, (int)rest.Length).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (rest.Length > MostHead)
                throw new BadRequestException(431, "the request's head is too long");
            if (await stream.ReadAsync(buffer, cancel) is not (> 0 and var read))
                return null;
            rest.Write(buffer, 0, read);
        }
        var lines = Encoding.Latin1.GetString(rest.GetBuffer(), 0, end).Split("\r\n");
        var headers = Parse(lines.Skip(1));
        if (lines[0].Split(' ') is not [var method and ("GET" or "POST"), ['/', ..] target, "HTTP/1.1" or "HTTP/1.0"])
            throw new BadRequestException(400, "this is no GET or POST request");
        var length = Length(headers);
        while (rest.Length < end + 4 + length)
        {
            if (await stream.ReadAsync(buffer, cancel) is not (> 0 and var read))
                return null;
            rest.Write(buffer, 0, read);
        }
        var all = rest.ToArray();
        rest.SetLength(0);
        rest.Write(all, end + 4 + length, all.Length - end - 4 - length);
        return new HttpMessage(method, target, headers, all[(end + 4)..(end + 4 + length)]);
    }

    private static Dictionary<string, string> Parse(IEnumerable<string> lines)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines)
        {
            var colon = line.IndexOf(':');
            if (colon <= 0 || line.AsSpan(0, colon).ContainsAny(" \t\0") || !headers.TryAdd(line[..colon], line[(colon + 1)..].Trim(' ', '\t')))
                throw new BadRequestException(400, "a header is broken or given twice");
        }
        return headers;
    }

    private static int Length(Dictionary<string, string> headers)
    {
        if (headers.ContainsKey("Transfer-Encoding"))
            throw new BadRequestException(501, "bodies in chunks are not taken");
        if (!headers.TryGetValue("Content-Length", out var text))
            return 0;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= MostBody
            ? length
            : throw new BadRequestException(413, "the request's body is too long");
    }
}
