using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace PetBreeds.Cli.Web.Serve;

/// <summary>A web server that answers for photos, from its start to its end.</summary>
internal sealed class ServeServer : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(1);

    private readonly ServeOptions _options;
    private readonly Draining _draining = new();
    private readonly WebApplication _app;
    private readonly ILogger _log;
    private readonly ModelRegistry _models;

    private ServeServer(ServeOptions options, IReadOnlyList<ModelSource> sources)
    {
        _options = options;
        _app = ServeSite.Build(options, _draining);
        _log = _app.Logger;
        _models = new ModelRegistry(sources, options, _log);
        var requests = new PhotoRequests(options, _models);
        var examples = new Lazy<ExamplePhotos>(() => new ExamplePhotos(_models.All[0].Current?.Version.Run, options.Examples, _log));
        ServeSite.UseGuards(_app, options, _draining, _log);
        ServeRoutes.Map(_app, new PredictEndpoint(requests), new HeatMapEndpoint(requests),
            new ModelEndpoints(options, _models, _draining), () => examples.Value);
    }

    /// <summary>Where its page is, from this machine.</summary>
    public string Url => _app.Urls.Single().Replace("//0.0.0.0:", "//127.0.0.1:", StringComparison.Ordinal)
        .Replace("//[::]:", "//[::1]:", StringComparison.Ordinal) + "/";

    /// <summary>Starts to listen, then loads the models: until they are there, requests are asked to come again.</summary>
    /// <exception cref="UserException">The address cannot be used, or a model cannot be loaded.</exception>
    public static async Task<ServeServer> Start(ServeOptions options, IReadOnlyList<ModelSource> sources, CancellationToken cancel)
    {
        var server = new ServeServer(options, sources);
        try
        {
            await server._app.StartAsync(cancel);
            await server._models.Load(cancel);
            ServeLog.Listening(server._log, server._app.Urls.Single());
            return server;
        }
        catch (Exception e)
        {
            await server.DisposeAsync();
            if (e.GetBaseException() is not SocketException cause)
                throw;
            throw new UserException($"the address cannot be used: {cause.Message}", $"--host {options.Host} --port {options.Port}",
                "Use another port (0 picks a free one), or an address of this machine.", e);
        }
    }

    /// <summary>Answers until cancelled; then answers what has begun, refuses what comes, and returns.</summary>
    public async Task Run(CancellationToken cancel)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var answered = _draining.Begin();
        ServeLog.Draining(_log, _draining.Requests);
        _models.Hurry();
        await answered.WaitAsync(_options.Drain, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var cut = _draining.Requests;
        using var patience = new CancellationTokenSource(StopPatience);
        await _app.StopAsync(patience.Token); // cuts those off who are still sending or reading then
        await answered;
        ServeLog.Ended(_log, cut);
    }

    public async ValueTask DisposeAsync()
    {
        await _models.DisposeAsync();
        await _app.DisposeAsync();
        _draining.Dispose();
    }
}
