using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace PetBreeds.Cli.Web.Serve;

/// <summary>
/// Middleware that asks for the key, as <c>Authorization: Bearer KEY</c> or <c>X-API-Key: KEY</c>. The page, what it is made of, probes and
/// the description of the interface are there for everybody: they tell nothing of models or photos.
/// </summary>
/// <param name="key">Null lets everybody in.</param>
internal sealed class ApiKeyGuard(string? key)
{
    private const string Scheme = "Bearer ";

    private readonly byte[]? _hash = key is null ? null : Hash(key);

    public Task Invoke(HttpContext context, RequestDelegate next)
    {
        var (headers, path) = (context.Request.Headers, context.Request.Path);
        if (_hash is null || !(path.StartsWithSegments("/v1") || path.StartsWithSegments("/metrics")))
            return next(context);
        var bearer = headers.Authorization.ToString();
        var given = bearer.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? bearer[Scheme.Length..].Trim()
            : headers["X-API-Key"].ToString();
        return CryptographicOperations.FixedTimeEquals(Hash(given), _hash)
            ? next(context)
            : throw new ProblemException(StatusCodes.Status401Unauthorized,
                given.Length == 0 ? "the request lacks the API key (Authorization: Bearer KEY)" : "the API key is wrong");
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
