using System.Text.Json;

namespace PetBreeds.Cli.Web;

/// <summary>A request that has passed the gate.</summary>
/// <param name="Method">GET or POST.</param>
/// <param name="Path">Behind the token, without a leading slash or a query: "thumb/12".</param>
/// <param name="Query">Names and values, decoded; of a name given twice the last counts.</param>
/// <param name="Body">Of a POST.</param>
internal sealed record WebRequest(string Method, string Path, IReadOnlyDictionary<string, string> Query, byte[] Body)
{
    /// <summary>A whole number of the query; null where it is not there or is none.</summary>
    public int? Number(string name) => int.TryParse(Query.GetValueOrDefault(name), System.Globalization.NumberStyles.None, null, out var value) ? value : null;
}

/// <summary>An answer.</summary>
/// <param name="Status">HTTP's.</param>
/// <param name="Type">Of the content.</param>
/// <param name="Body">The content.</param>
/// <param name="Keep">Whether the browser may keep it for as long as the server runs: its address holds the server's token.</param>
/// <param name="Location">Where the browser is to go instead; null: nowhere.</param>
internal sealed record WebReply(int Status, string Type, byte[] Body, bool Keep = false, string? Location = null)
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Escapes '&lt;' and the like, so that it would do no harm even if a browser took it for a page.</summary>
    public static WebReply Json(object value, int status = 200) => new(status, "application/json", JsonSerializer.SerializeToUtf8Bytes(value, Options));

    public static WebReply Problem(int status, string problem) => Json(new { problem }, status);

    /// <summary>Sends the browser to another path of this server.</summary>
    public static WebReply See(string path) => new(303, "text/plain", [], Location: path);
}
