using PetBreeds.Evaluation.Serving;
using PetBreeds.Models;
using PetBreeds.Pixels.Decoding;

namespace PetBreeds.Cli.Web.Serve;

/// <summary>
/// A model that answers. Requests rent it; when it is retired it goes on for those that have it, and is freed with the last of them.
/// </summary>
internal sealed class LoadedModel
{
    private readonly TaskCompletionSource _freed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private int _users = 1; // the one whose current model it is

    private LoadedModel(ModelVersion version, IBatchClassifier classifier, PredictionQueue queue, DateTimeOffset loaded) =>
        (Version, Card, Queue, Loaded, HasHeat) = (version, classifier.Card, queue, loaded, classifier.HeatMaps is not null);

    public ModelVersion Version { get; }

    public ModelCard Card { get; }

    public PredictionQueue Queue { get; }

    /// <summary>When it was loaded.</summary>
    public DateTimeOffset Loaded { get; }

    /// <summary>Whether it can show where it saw a class.</summary>
    public bool HasHeat { get; }

    /// <summary>Completed when it is freed.</summary>
    public Task Freed => _freed.Task;

    /// <summary>Loads a model and has it answer once, so that it is known to work and the first request is as fast as the others.</summary>
    /// <exception cref="UserException">It is missing, damaged or no model.</exception>
    public static LoadedModel Load(string name, ModelVersion version, ServeOptions options, DecodeThreads decoders, TimeProvider time)
    {
        var classifier = PredictorClassifier.Open(version.Path, options.Device);
        try
        {
            var side = classifier.Card.Preprocessing.Presize;
            classifier.Answer([new RgbImage(side, side, new byte[side * side * 3])]);
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
        var queue = new PredictionQueue(classifier, options.Batching, decoders, new ServingMetrics(name), time);
        return new LoadedModel(version, classifier, queue, time.GetUtcNow());
    }

    /// <summary>Whether it could be rented: a model that was retired and freed cannot.</summary>
    public bool TryRent()
    {
        lock (_gate)
        {
            if (_users == 0)
                return false;
            _users++;
            return true;
        }
    }

    /// <summary>Gives it back; the last one frees it.</summary>
    public void Return()
    {
        lock (_gate)
        {
            if (--_users > 0)
                return;
        }
        _ = Free();
    }

    private async Task Free()
    {
        await Queue.DisposeAsync();
        _freed.SetResult();
    }
}
