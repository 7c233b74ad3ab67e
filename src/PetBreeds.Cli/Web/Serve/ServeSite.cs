using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using PetBreeds.Evaluation.Serving;

namespace PetBreeds.Cli.Web.Serve;

/// <summary>How the web application of a server is put together.</summary>
internal static class ServeSite
{
    /// <summary>
    /// Bodies up to this many times the limit are still read, and thrown away: a client that is cut off while it sends does not see why.
    /// </summary>
    public const int DrainedBodies = 2;

    private const int MaxConnections = 1024;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan HeadPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(90);

    /// <summary>Whether a path is asked for by those who watch over the server.</summary>
    public static bool IsProbe(PathString path) => path.Value is "/healthz" or "/readyz" or "/metrics";

    /// <summary>An application without routes.</summary>
    public static WebApplication Build(ServeOptions options, Draining draining)
    {
        // The empty builder reads no settings: neither a variable such as ASPNETCORE_URLS nor a file in the folder may open this server
        // to others.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
        });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            new KestrelLimits(MaxConnections, DrainedBodies * options.MaxBodyBytes, HeadPatience, KeepAlive, Grace).Apply(kestrel);
            kestrel.Listen(options.Host, options.Port);
        });
        builder.Logging.AddJsonConsole(json => (json.UseUtcTimestamp, json.TimestampFormat) = (true, "yyyy-MM-ddTHH:mm:ss.fffZ"))
            .AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console =>
            console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddRouting().AddMetrics().AddCors().AddSingleton<IHostLifetime, NoSignals>().AddSingleton(draining);
        builder.Services.AddOpenApi("v1", OpenApiText.Configure);
        builder.Services.ConfigureHttpJsonOptions(json => Configure(json.SerializerOptions));
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("petbreeds")).WithMetrics(metrics => metrics
            .AddMeter(ServingMetrics.MeterName, RequestLog.MeterName, "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddPrometheusExporter());
        return builder.Build();
    }

    /// <summary>What every request passes through.</summary>
    public static void UseGuards(WebApplication app, ServeOptions options, Draining draining, ILogger log)
    {
        app.Use(new RequestLog(log, TimeProvider.System).Invoke);
        app.Use(ResponseHeaders.Invoke);
        app.Use(new ProblemAnswers(log).Invoke);
        app.Use(draining.Invoke);
        app.Use(new HostGuard(options.IsLocal, options.Origins).Invoke);
        app.UseRouting();
        if (options.Origins.Count > 0)
            app.UseCors(policy => policy.WithOrigins([.. options.Origins]).AllowAnyHeader().AllowAnyMethod()
                .WithExposedHeaders("Retry-After"));
        app.Use(new ApiKeyGuard(options.ApiKey).Invoke);
    }

    private static void Configure(JsonSerializerOptions json)
    {
        json.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        json.NumberHandling = JsonNumberHandling.Strict;
        json.Encoder = JavaScriptEncoder.Default; // escapes '<' and the like: names do no harm even if a browser took the answer for a page
    }
}
