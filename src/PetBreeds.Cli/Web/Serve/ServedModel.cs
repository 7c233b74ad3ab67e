using Microsoft.Extensions.Logging;

namespace PetBreeds.Cli.Web.Serve;

/// <summary>A name under which a model is served. Which one may change while requests are answered.</summary>
/// <param name="source">Where models come from.</param>
/// <param name="load">Loads a version.</param>
/// <param name="log">Where changes are told.</param>
internal sealed class ServedModel(ModelSource source, Func<ModelVersion, LoadedModel> load, ILogger log) : IDisposable
{
    private readonly SemaphoreSlim _loading = new(1);
    private LoadedModel? _current;
    private ModelVersion? _seen; // at the last look, when it was another than the current one
    private ModelVersion? _failed;

    public string Name => source.Name;

    /// <summary>The model of the moment; null before the first is loaded.</summary>
    public LoadedModel? Current => Volatile.Read(ref _current);

    /// <summary>The model of the moment, for one request, which must return it; null before the first is loaded.</summary>
    public LoadedModel? Rent()
    {
        while (Current is { } model)
        {
            if (model.TryRent())
                return model;
        }
        return null;
    }

    /// <summary>Loads what is there now; requests are answered by the model of before until then.</summary>
    /// <exception cref="UserException">It cannot be loaded: the model of before stays.</exception>
    public async Task Load(CancellationToken cancel)
    {
        await _loading.WaitAsync(cancel);
        try
        {
            await Change(source.Find());
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>
    /// Loads what is there if it is another version than before, and the same as at the last look: a file that is still being copied is
    /// left alone. A version that could not be loaded is not tried again.
    /// </summary>
    public async Task Look(CancellationToken cancel)
    {
        await _loading.WaitAsync(cancel);
        ModelVersion? found = null;
        try
        {
            found = source.Find();
            var steady = found == _seen;
            _seen = found;
            if (steady && found != Current?.Version && found != _failed)
                await Change(found);
        }
        catch (UserException e)
        {
            if (found != _failed || found is null && _seen is not null)
                ServeLog.ReloadFailed(log, Name, e.Message);
            (_failed, _seen) = (found, found);
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>Retires the model; completed when it is freed.</summary>
    public Task Retire()
    {
        var model = Interlocked.Exchange(ref _current, null);
        model?.Return();
        return model?.Freed ?? Task.CompletedTask;
    }

    public void Dispose() => _loading.Dispose();

    private async Task Change(ModelVersion version)
    {
        var model = await Task.Run(() => load(version), CancellationToken.None);
        ServeLog.Loaded(log, Name, version.Title, model.Card.Architecture.Name, model.Card.Classes.Count);
        _failed = null;
        Interlocked.Exchange(ref _current, model)?.Return();
    }
}
