using Microsoft.AspNetCore.Http;

namespace PetBreeds.Cli.Web.Serve;

/// <summary>
/// Middleware that keeps other web sites out. On the loopback interface Host must be this machine's own name, so that no site can point its
/// name here (DNS rebinding). Everywhere a browser's request must come from the server's own page, or from a site that was allowed.
/// </summary>
/// <param name="local">Whether the server listens on the loopback interface.</param>
/// <param name="origins">Sites that were allowed.</param>
internal sealed class HostGuard(bool local, IReadOnlyList<string> origins)
{
    public Task Invoke(HttpContext context, RequestDelegate next)
    {
        if (local && !RequestGuard.IsOwn(context.Request.Headers.Host.ToString(), context.Connection.LocalPort))
            throw new ProblemException(StatusCodes.Status403Forbidden, "this address is not the server's own");
        if (IsForeign(context.Request))
            throw new ProblemException(StatusCodes.Status403Forbidden, "the request comes from another site");
        return next(context);
    }

    private bool IsForeign(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        if (origins.Contains(origin))
            return false;
        // Browsers set it themselves, and it holds behind a proxy that changes Host; a link to the page may come from anywhere.
        if (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site)
            return site is not ("same-origin" or "none") && !(HttpMethods.IsGet(request.Method)
                && request.Headers["Sec-Fetch-Mode"] == "navigate");
        return origin.Length > 0 && origin != $"{request.Scheme}://{request.Host}";
    }
}
