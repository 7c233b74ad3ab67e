using PetBreeds.Models;
using PetBreeds.Runtime;

namespace PetBreeds.Evaluation.Serving;

/// <summary>
/// Classifies photos for many callers at once: the calls of several threads go through the network in batches. Thread-safe; make one for
/// each model and keep it.
/// </summary>
public sealed class BatchingPredictor : IImageClassifier
{
    private readonly DecodeThreads _decoders;
    private readonly PredictionQueue _queue;
    private bool _disposed;

    /// <summary>Opens a model. Its weights are loaded meanwhile; what is wrong with them is thrown by the first prediction.</summary>
    /// <param name="modelFile">A model.safetensors.</param>
    /// <param name="device">auto, cpu, cuda, cuda:1, mps.</param>
    /// <param name="options">Null takes the defaults.</param>
    /// <exception cref="UserException">The model is missing or damaged, or an option is out of range.</exception>
    public BatchingPredictor(string modelFile, ComputeDevice device = default, BatchingOptions? options = null)
        : this((options ?? new()).Validated(), PredictorClassifier.Open(modelFile, device),
            Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(modelFile)))!)
    {
    }

    internal BatchingPredictor(BatchingOptions options, IBatchClassifier classifier, string name)
    {
        Card = classifier.Card;
        _decoders = new DecodeThreads(options.DecodeThreads);
        _queue = new PredictionQueue(classifier, options, _decoders, new ServingMetrics(name));
    }

    /// <inheritdoc/>
    public ModelCard Card { get; }

    /// <summary>Photos that are waiting, being decoded or being answered.</summary>
    public int Waiting => _queue.Waiting;

    /// <inheritdoc/>
    public async Task<Prediction> PredictAsync(ReadOnlyMemory<byte> photo, int top = 3, string name = "photo",
        CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        var answers = await _queue.Answer([new EncodedPhoto(name, photo)], cancel).ConfigureAwait(false);
        return answers[0].Predict(Card.Classes, top);
    }

    /// <summary>Answers what was asked and frees the model; new calls are refused.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await _queue.DisposeAsync().ConfigureAwait(false);
        _decoders.Dispose();
    }

    /// <summary>As <see cref="DisposeAsync"/>, waiting for it.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}
