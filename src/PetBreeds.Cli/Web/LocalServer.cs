using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace PetBreeds.Cli.Web;

/// <summary>A web server for the one person at this machine: Kestrel on 127.0.0.1, guarded by a <see cref="RequestGuard"/>.</summary>
internal sealed class LocalServer : IAsyncDisposable
{
    private const int MaxConnections = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(.5);

    private readonly WebApplication _app;
    private readonly RequestGuard _guard = new();
    private readonly CountdownEvent _answers = new(1); // responses in progress, plus one for the server itself

    private LocalServer(int port, Action<IEndpointRouteBuilder> map)
    {
        // The empty builder reads no settings: neither a variable such as ASPNETCORE_URLS nor a file in the folder may expose this server
        // to others.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
        });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            new KestrelLimits(MaxConnections, RequestGuard.MaxBodyBytes, Patience, Patience, Patience).Apply(options);
            options.Listen(IPAddress.Loopback, port);
        });
        builder.Services.AddRoutingCore().AddSingleton<IHostLifetime, NoSignals>();
        _app = builder.Build();
        _app.Use(Count);
        _app.Use(ResponseHeaders.Invoke);
        _app.Use(Problems.Invoke);
        _app.Use(_guard.Invoke);
        _app.UseRouting(); // by the path after the token
        map(_app);
        _app.MapFallback("{*path}", () => Problems.NotFound());
    }

    /// <summary>The address of the first page, with the token.</summary>
    public string Url => Site + _guard.Path;

    /// <summary>An address that redirects there once: see <see cref="RequestGuard.PathOnce"/>.</summary>
    public string UrlOnce => Site + _guard.PathOnce;

    private string Site => _app.Urls.Single();

    /// <summary>Starts listening.</summary>
    /// <param name="port">0 picks a free one.</param>
    /// <param name="map">Adds the endpoints.</param>
    /// <exception cref="UserException">The port is in use or not permitted.</exception>
    public static async Task<LocalServer> Start(int port, Action<IEndpointRouteBuilder> map)
    {
        var server = new LocalServer(port, map);
        try
        {
            await server._app.StartAsync();
            return server;
        }
        catch (Exception e) when (e.GetBaseException() is SocketException cause)
        {
            await server.DisposeAsync();
            throw new UserException($"the port cannot be used: {cause.Message}", $"--port {port}",
                "Use another port, or leave it out for a free one.", e);
        }
    }

    /// <summary>Serves until cancelled. Once it returns, no request is in progress, and what they use may be disposed.</summary>
    public async Task Run(CancellationToken cancel)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var patience = new CancellationTokenSource(StopPatience);
        await _app.StopAsync(patience.Token); // then cuts off connections that are still busy
        _answers.Signal();
        _answers.Wait(CancellationToken.None); // Kestrel does not wait for a request whose connection it has cut
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _answers.Dispose();
    }

    private async Task Count(HttpContext context, RequestDelegate next)
    {
        if (!_answers.TryAddCount()) // the server has stopped
        {
            context.Abort();
            return;
        }
        try
        {
            await next(context);
        }
        finally
        {
            _answers.Signal();
        }
    }
}
