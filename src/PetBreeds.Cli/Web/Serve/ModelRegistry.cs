using Microsoft.Extensions.Logging;
using PetBreeds.Evaluation.Serving;

namespace PetBreeds.Cli.Web.Serve;

/// <summary>All models of a server by name, the first being the one that answers where none is named. Looks for new versions.</summary>
internal sealed class ModelRegistry : IAsyncDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly DecodeThreads _decoders;
    private readonly CancellationTokenSource _ending = new();
    private Task _looking = Task.CompletedTask;

    /// <param name="sources">At least one; no two of one name.</param>
    /// <param name="options">How they are computed.</param>
    /// <param name="log">Where changes are told.</param>
    public ModelRegistry(IReadOnlyList<ModelSource> sources, ServeOptions options, ILogger log)
    {
        _decoders = new DecodeThreads(options.Batching.DecodeThreads);
        All = [.. sources.Select(source => new ServedModel(source,
            version => LoadedModel.Load(source.Name, version, options, _decoders, TimeProvider.System), log))];
    }

    public IReadOnlyList<ServedModel> All { get; }

    /// <summary>Whether every model can answer.</summary>
    public bool IsReady => All.All(model => model.Current is not null);

    /// <summary>A model by its name, or the first; null where there is none of this name.</summary>
    public ServedModel? Of(string? name) => name is null ? All[0] : All.FirstOrDefault(model => model.Name == name);

    /// <summary>Loads all models, then goes on looking for new versions.</summary>
    /// <exception cref="UserException">One cannot be loaded.</exception>
    public async Task Load(CancellationToken cancel)
    {
        foreach (var model in All)
            await model.Load(cancel);
        _looking = Look();
    }

    /// <summary>From now on no batch waits for more photos.</summary>
    public void Hurry()
    {
        foreach (var model in All.Select(model => model.Rent()).OfType<LoadedModel>())
        {
            model.Queue.Hurry();
            model.Return();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(All.Select(model => model.Retire()));
        foreach (var model in All)
            model.Dispose();
        _decoders.Dispose();
        _ending.Dispose();
    }

    private async Task Look()
    {
        using var timer = new PeriodicTimer(LookEvery);
        while (await timer.WaitForNextTickAsync(_ending.Token))
            foreach (var model in All)
                await model.Look(_ending.Token);
    }
}
