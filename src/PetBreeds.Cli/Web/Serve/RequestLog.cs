using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PetBreeds.Cli.Web.Serve;

/// <summary>Middleware: a line of log and a count for each request.</summary>
internal sealed class RequestLog(ILogger log, TimeProvider time)
{
    /// <summary>The name of the meter that counts requests.</summary>
    public const string MeterName = "PetBreeds.Serve";

    private static readonly Counter<long> Requests =
        new Meter(MeterName).CreateCounter<long>("petbreeds.requests", "{request}", "Requests by path and status.");

    /// <summary>Notes what a request is about.</summary>
    public static void Note(HttpContext context, string model, int photos) => context.Items[nameof(RequestLog)] = (model, photos);

    public async Task Invoke(HttpContext context, RequestDelegate next)
    {
        var begun = time.GetTimestamp();
        await next(context);
        var (method, path, status) = (context.Request.Method, context.Request.Path.Value ?? "", context.Response.StatusCode);
        var milliseconds = Math.Round(time.GetElapsedTime(begun).TotalMilliseconds, 1);
        Requests.Add(1, new("path", Known(context)), new("status", status));
        if (ServeSite.IsProbe(context.Request.Path))
            ServeLog.Probe(log, method, path, status);
        else if (context.Items[nameof(RequestLog)] is (string model, int photos))
            ServeLog.Prediction(log, method, path, status, milliseconds, photos, model);
        else
            ServeLog.Request(log, method, path, status, milliseconds);
    }

    /// <summary>The route: paths that anybody makes up must not become time series.</summary>
    private static string Known(HttpContext context) =>
        context.GetEndpoint() is Microsoft.AspNetCore.Routing.RouteEndpoint { RoutePattern.RawText: { } route } ? route : "other";
}
