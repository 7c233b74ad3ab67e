using PetBreeds.Batches;
using PetBreeds.Batches.Augmentation;
using PetBreeds.Models;
using PetBreeds.Pixels;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Evaluation;

/// <summary>The outputs of a network for a photo.</summary>
/// <param name="Path">Path of the photo.</param>
/// <param name="Logits">Logits for the centre crop, one for each class; empty if there is an error.</param>
/// <param name="Augmented">Logits for augmented crops, if requested.</param>
/// <param name="Error">The reason if the photo could not be read; otherwise null.</param>
internal sealed record NetworkAnswer(string Path, float[] Logits, IReadOnlyList<float[]> Augmented, UserException? Error);

/// <summary>
/// Classifies photos with a trained model. Photos are preprocessed as the model file specifies, by the same code as in validation.
/// </summary>
public sealed class Predictor : IDisposable
{
    /// <summary>Augmented passes of test-time augmentation, as in fastai's <c>tta</c>.</summary>
    internal const int AugmentedPasses = 4;

    private const double PlainShare = .25; // fastai's beta
    private const int BatchSize = 16;

    private readonly Task<Loaded> _loaded;
    private readonly BatchTransform _transform;
    private readonly string _file;

    /// <summary>
    /// Reads a model's description. libtorch and the weights are loaded in the background while the first photos are decoded, so that
    /// errors in the weights or the device are thrown by the first prediction.
    /// </summary>
    /// <param name="modelFile">Path of a model.safetensors file.</param>
    /// <param name="device">See <see cref="Devices.Resolve"/>.</param>
    /// <exception cref="UserException">The file is missing, damaged, or not a petbreeds model.</exception>
    internal Predictor(string modelFile, string device)
    {
        _file = modelFile;
        var library = Task.Run(TorchRuntime.EnsureLoaded);
        try
        {
            Card = ModelFile.ReadCard(modelFile);
        }
        catch
        {
            Task.WaitAny(library); // the process must not exit while a library is being loaded
            throw;
        }
        Temperature = Card.Calibration?.Temperature ?? 1;
        _transform = new BatchTransform(Card.Preprocessing.Size, Card.Preprocessing.Normalization);
        _loaded = Task.Run(() =>
        {
            var compute = Compute.ForPrediction(Devices.Resolve(device));
            var network = ModelFile.Load(modelFile).Model;
            if (FiniteCheck.FirstBadTensor(network) is { } bad)
            {
                network.Dispose();
                throw NotANumber("the model's weights are invalid", bad);
            }
            compute.Place(network);
            return new Loaded(network, new ForwardPass(network, compute), BatchForm.For(compute.Device, Card.Preprocessing),
                compute.Device);
        });
    }

    /// <summary>
    /// Loads a model. Its description is read immediately; its weights are loaded while the first photos are decoded, so that errors in the
    /// weights or the device are thrown by the first prediction.
    /// </summary>
    /// <param name="modelFile">Path of a model.safetensors file, such as <c>TrainedRun.ModelPath</c>.</param>
    /// <param name="device">"auto" (a GPU if there is one), "cpu", "cuda", "cuda:N" or "mps".</param>
    /// <exception cref="UserException">The file is missing, damaged, or not a model of this library.</exception>
    public static Predictor Load(string modelFile, string device = "auto")
    {
        ArgumentException.ThrowIfNullOrEmpty(modelFile);
        ArgumentException.ThrowIfNullOrEmpty(device);
        return new Predictor(modelFile, device);
    }

    /// <summary>The model's description.</summary>
    public ModelCard Card { get; }

    /// <summary>The temperature by which logits are divided. Initially the one of <see cref="Card"/>, or 1 if it has none.</summary>
    public double Temperature { get; set; }

    /// <summary>
    /// Returns the presized pixels of a photo if they are already available, or null to read its file. For a run that just ended: its
    /// photos need not be decoded again, or even still exist.
    /// </summary>
    internal Func<string, RgbImage?>? Presized { get; init; }

    /// <summary>The network, in evaluation mode.</summary>
    internal ImageClassifier Model => _loaded.GetAwaiter().GetResult().Network;

    /// <summary>Classifies photos in order, batch by batch; memory use does not grow with their number.</summary>
    /// <param name="paths">Paths of the photos.</param>
    /// <param name="top">How many of the most probable classes to return, at least 1.</param>
    /// <param name="cancel">Checked between batches.</param>
    /// <exception cref="UserException">The model's outputs are not finite.</exception>
    public IEnumerable<Prediction> Predict(IEnumerable<string> paths, int top = 1, CancellationToken cancel = default)
    {
        foreach (var answer in Answers(paths, tta: false, cancel))
            yield return new Prediction(answer.Path, answer.Error is null ? Best(Probabilities(answer), top) : [], answer.Error);
    }

    /// <summary>
    /// The probability of each class, in the order of <see cref="ModelCard.Classes"/>. With augmented passes, a quarter comes from the
    /// centre crop and three quarters from the mean of the others, as in fastai.
    /// </summary>
    /// <param name="answer">An answer without an error.</param>
    /// <param name="temperature">The temperature; null for <see cref="Temperature"/>.</param>
    internal double[] Probabilities(NetworkAnswer answer, double? temperature = null)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var plain = Activation.Probabilities(answer.Logits, temperature ?? Temperature, Card.IndependentClasses);
        if (answer.Augmented.Count == 0)
            return plain;
        var others = answer.Augmented.Select(logits =>
            Activation.Probabilities(logits, temperature ?? Temperature, Card.IndependentClasses)).ToArray();
        return [.. plain.Select((p, i) => PlainShare * p + (1 - PlainShare) * others.Average(other => other[i]))];
    }

    /// <summary>The network's outputs for each photo, in order.</summary>
    /// <param name="paths">Paths of the photos.</param>
    /// <param name="tta">
    /// Whether to also run <see cref="AugmentedPasses"/> augmented crops, which depend only on the photo's file name.
    /// </param>
    /// <param name="cancel">Checked between batches.</param>
    /// <exception cref="UserException">The model's outputs are not finite.</exception>
    internal IEnumerable<NetworkAnswer> Answers(IEnumerable<string> paths, bool tta, CancellationToken cancel)
    {
        foreach (var chunk in paths.Chunk(BatchSize))
        {
            cancel.ThrowIfCancellationRequested();
            var read = Presize(chunk);
            var good = read.Where(item => item.Error is null).ToArray();
            var plain = new Queue<float[]>(good.Length > 0 ? Forward(good, _ => AugmentParams.Identity) : []);
            var passes = Enumerable.Range(0, tta && good.Length > 0 ? AugmentedPasses : 0)
                .Select(pass => new Queue<float[]>(Forward(good, key =>
                    AugmentParams.Draw(new AugmentOptions(), seed: 0, pass, key)))).ToArray();
            foreach (var (path, _, error) in read)
                yield return error is not null
                    ? new NetworkAnswer(path, [], [], error)
                    : new NetworkAnswer(path, plain.Dequeue(), [.. passes.Select(pass => pass.Dequeue())], null);
        }
    }

    /// <summary>A photo, presized as in the model's training, from its file or from <see cref="Presized"/>.</summary>
    /// <exception cref="UserException">The photo cannot be read.</exception>
    internal RgbImage Photo(string path) => Presized?.Invoke(path) ?? Presizer.Presize(path, Card.Preprocessing.Presize);

    /// <summary>The network's input for photos: centre crops, float32 [N,3,size,size] on its device. The caller disposes it.</summary>
    internal Tensor Input(IReadOnlyList<RgbImage> photos) =>
        Input(_loaded.GetAwaiter().GetResult(), photos, [.. photos.Select(_ => AugmentParams.Identity)]);

    /// <summary>Frees the network.</summary>
    public void Dispose()
    {
        _transform.Dispose();
        Task.WaitAny(_loaded);
        if (_loaded.IsCompletedSuccessfully)
            _loaded.Result.Network.Dispose();
    }

    private (string Path, RgbImage? Photo, UserException? Error)[] Presize(string[] paths)
    {
        if (paths.Length == 1)
            return [Presize(paths[0])];
        using var single = new SingleThreadedTorch();
        return [.. paths.AsParallel().AsOrdered().Select(Presize)];
    }

    private (string Path, RgbImage? Photo, UserException? Error) Presize(string path)
    {
        try
        {
            return (path, Photo(path), null);
        }
        catch (UserException e)
        {
            return (path, null, e);
        }
    }

    private float[][] Forward((string Path, RgbImage? Photo, UserException? Error)[] photos, Func<ulong, AugmentParams> draw)
    {
        var loaded = _loaded.GetAwaiter().GetResult();
        using var scope = NewDisposeScope();
        using var noGradients = inference_mode();
        AugmentParams[] draws = [.. photos.Select(item => draw(SeededRandom.Key(Path.GetFileName(item.Path))))];
        var logits = loaded.Pass.Logits(Input(loaded, [.. photos.Select(item => item.Photo!)], draws)); // float32 [N,classes]
        float[] values = [.. logits.cpu().data<float>()];
        if (values.All(float.IsFinite))
            return [.. values.Chunk(Card.Classes.Count)];
        throw NotANumber("the model's output is not a number", "its weights are too large to compute with");
    }

    private UserException NotANumber(string problem, string why) => new($"{problem}: {why}", _file,
        "Its weights are damaged: use the model of an earlier epoch or of another run, or train again.");

    /// <summary>Uses the same code as validation, which a loader runs on its threads.</summary>
    private Tensor Input(Loaded loaded, IReadOnlyList<RgbImage> photos, AugmentParams[] draws)
    {
        using var pixels = loaded.Form.Allocate(photos.Count);
        for (var i = 0; i < photos.Count; i++)
            loaded.Form.Write(photos[i].Pixels, (photos[i].Width, photos[i].Height), draws[i], pixels, i);
        return _transform.Input(pixels, draws, loaded.Device);
    }

    private ClassProbability[] Best(double[] probabilities, int top) =>
    [
        .. probabilities.Index().OrderByDescending(entry => entry.Item).ThenBy(entry => entry.Index).Take(top)
            .Select(entry => new ClassProbability(Card.Classes[entry.Index], entry.Item)),
    ];

    private sealed record Loaded(ImageClassifier Network, ForwardPass Pass, BatchForm Form, Device Device);
}
