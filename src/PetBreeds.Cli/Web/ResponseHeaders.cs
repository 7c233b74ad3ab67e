using Microsoft.AspNetCore.Http;

namespace PetBreeds.Cli.Web;

/// <summary>Middleware: every answer tells the browser to load nothing from elsewhere, and to keep nothing unless the answer says so.</summary>
internal static class ResponseHeaders
{
    // Nothing but the server's own files, and nobody may put its pages into a frame.
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

    /// <summary>The browser may keep this answer for as long as the server runs: its address holds the server's token.</summary>
    public static void Keep(HttpResponse response) => response.Headers.CacheControl = "private, max-age=86400, immutable";
}
