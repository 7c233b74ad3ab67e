using Microsoft.AspNetCore.Http;

namespace PetBreeds.Cli.Web;

/// <summary>
/// Middleware: every response tells the browser to load nothing from other sites, and to cache nothing unless it says otherwise.
/// </summary>
internal static class ResponseHeaders
{
    // Only the server's own files may load, and no page may frame its pages.
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static Task Invoke(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        return next(context);
    }

    /// <summary>Lets the browser cache this response as long as the server runs: its address contains the server's token.</summary>
    public static void Keep(HttpResponse response) => response.Headers.CacheControl = "private, max-age=86400, immutable";
}
