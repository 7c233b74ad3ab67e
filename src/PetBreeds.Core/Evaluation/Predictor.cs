using PetBreeds.Batches;
using PetBreeds.Models;
using PetBreeds.Pixels;
using PetBreeds.Runtime;
using PetBreeds.Training;
using static TorchSharp.torch;

namespace PetBreeds.Evaluation;

/// <summary>Classifies photos with a model file, whose own preprocessing is applied by the code that validation uses.</summary>
public sealed class Predictor : IDisposable
{
    private const int BatchSize = 16;

    private readonly Task<(ImageClassifier Network, ForwardPass Pass)> _model;
    private readonly BatchTransform _transform;

    /// <summary>
    /// Reads a model's description. libtorch and the weights are loaded meanwhile, while the first photos are decoded; what is wrong with them or
    /// with the device is thrown by the first prediction.
    /// </summary>
    /// <param name="modelFile">A model.safetensors.</param>
    /// <param name="device">As for <see cref="Devices.Resolve"/>.</param>
    /// <exception cref="UserException">It is missing, damaged, or none of petbreeds'.</exception>
    public Predictor(string modelFile, string device)
    {
        Card = ModelFile.ReadCard(modelFile);
        _transform = new BatchTransform(Card.Preprocessing.Size, Card.Preprocessing.Normalization);
        _model = Task.Run(() =>
        {
            var compute = Compute.ForPrediction(Devices.Resolve(device));
            var network = ModelFile.Load(modelFile).Model;
            compute.Place(network);
            return (network, new ForwardPass(network, _transform, compute));
        });
    }

    /// <summary>What the model says of itself.</summary>
    public ModelCard Card { get; }

    /// <summary>Classifies photos in order, batch by batch; memory does not grow with their number.</summary>
    /// <param name="paths">Files.</param>
    /// <param name="top">How many classes to name, at least 1.</param>
    /// <param name="cancel">Looked at between batches.</param>
    public IEnumerable<Prediction> Predict(IEnumerable<string> paths, int top, CancellationToken cancel)
    {
        foreach (var (path, probabilities, error) in Probabilities(paths, cancel))
            yield return new Prediction(path, error is null ? Best(probabilities, top) : [], error);
    }

    /// <summary>The probability of each class for each photo, in the order of <see cref="ModelCard.Classes"/>; empty where there is an error.</summary>
    public IEnumerable<(string Path, float[] Probabilities, UserException? Error)> Probabilities(
        IEnumerable<string> paths, CancellationToken cancel)
    {
        foreach (var chunk in paths.Chunk(BatchSize))
        {
            cancel.ThrowIfCancellationRequested();
            var read = chunk.Select(Presize).ToArray();
            RgbImage[] photos = [.. read.Select(item => item.Photo).OfType<RgbImage>()];
            var rows = new Queue<float[]>(photos.Length > 0 ? Softmax(photos) : []);
            foreach (var (path, photo, error) in read)
                yield return (path, photo is null ? [] : rows.Dequeue(), error);
        }
    }

    /// <summary>Frees the network.</summary>
    public void Dispose()
    {
        _transform.Dispose();
        // Also where no photo could be read: a process must not end while a library is being loaded.
        Task.WaitAny(_model);
        if (_model.IsCompletedSuccessfully)
            _model.Result.Network.Dispose();
    }

    private (string Path, RgbImage? Photo, UserException? Error) Presize(string path)
    {
        try
        {
            return (path, Presizer.Presize(path, Card.Preprocessing.Presize), null);
        }
        catch (UserException e)
        {
            return (path, null, e);
        }
    }

    private float[][] Softmax(RgbImage[] photos)
    {
        var (_, pass) = _model.GetAwaiter().GetResult();
        using var scope = NewDisposeScope();
        using var noGradients = inference_mode();
        var side = Card.Preprocessing.Presize;
        var windows = empty([photos.Length, side, side, 3], ScalarType.Byte); // uint8 [N,S,S,3]
        for (var i = 0; i < photos.Length; i++)
        {
            var target = windows.bytes.Slice(i * side * side * 3, side * side * 3);
            Window.Copy(photos[i].Pixels, (photos[i].Width, photos[i].Height), side, AugmentDraw.Identity.Window, target);
        }
        AugmentDraw[] draws = [.. photos.Select(_ => AugmentDraw.Identity)];
        var logits = pass.Logits(windows, draws); // float32 [N,classes]
        return [.. logits.softmax(1).cpu().data<float>().ToArray().Chunk(Card.Classes.Count)];
    }

    private ClassProbability[] Best(float[] probabilities, int top) =>
    [
        .. probabilities.Index().OrderByDescending(entry => entry.Item).ThenBy(entry => entry.Index).Take(top)
            .Select(entry => new ClassProbability(Card.Classes[entry.Index], entry.Item)),
    ];
}
