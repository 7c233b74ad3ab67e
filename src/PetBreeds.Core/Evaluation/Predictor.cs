using PetBreeds.Batches.Augmentation;
using PetBreeds.Models;
using PetBreeds.Models.Onnx;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Evaluation;

/// <summary>What a network makes of a photo.</summary>
/// <param name="Path">The photo.</param>
/// <param name="Logits">Its outputs for the centre crop, one for each class; empty where there is an error.</param>
/// <param name="Augmented">The same for augmented crops, where asked for.</param>
/// <param name="Error">Why the photo could not be read, else null.</param>
internal sealed record NetworkAnswer(string Path, float[] Logits, IReadOnlyList<float[]> Augmented, UserException? Error);

/// <summary>Classifies photos with a model file, whose own preprocessing is applied by the code that validation uses.</summary>
public sealed class Predictor : IDisposable
{
    /// <summary>Augmented passes of test-time augmentation, as in fastai's <c>tta</c>.</summary>
    internal const int AugmentedPasses = 4;

    private const double PlainShare = .25; // fastai's beta

    private readonly IClassifier _classifier;
    private readonly string _file;

    /// <summary>
    /// Reads a model's description. libtorch and the weights are loaded meanwhile, while the first photos are decoded; what is wrong with
    /// them or with the device is thrown by the first prediction. An ONNX model needs no libtorch.
    /// </summary>
    /// <param name="modelFile">A model.safetensors, or a model.onnx that was exported from one.</param>
    /// <param name="device">As for <see cref="Devices.Resolve"/>; ONNX models run on the CPU.</param>
    /// <exception cref="UserException">It is missing, damaged, or none of petbreeds'.</exception>
    public Predictor(string modelFile, string device)
    {
        _file = modelFile;
        _classifier = OnnxModel.Is(modelFile) ? new OnnxClassifier(modelFile, device) : new TorchClassifier(modelFile, device);
        Temperature = Card.Calibration?.Temperature ?? 1;
    }

    /// <summary>What the model says of itself.</summary>
    public ModelCard Card => _classifier.Card;

    /// <summary>What outputs are divided by: the card's temperature, or 1 where it has none.</summary>
    public double Temperature { get; set; }

    /// <summary>
    /// Gives the presized pixels of a photo that somebody has already, or null; then its file is read. For a run that just ended: its
    /// photos need not be decoded again, nor be there still.
    /// </summary>
    internal Func<string, RgbImage?>? Presized { get; init; }

    /// <summary>The network, in evaluation mode.</summary>
    /// <exception cref="InvalidOperationException">The model is an ONNX model.</exception>
    internal ImageClassifier Model => Torch.Network;

    private TorchClassifier Torch => _classifier as TorchClassifier
        ?? throw new InvalidOperationException("an ONNX model has no network of libtorch's");

    /// <summary>Classifies photos in order, batch by batch; memory does not grow with their number.</summary>
    /// <param name="paths">Files.</param>
    /// <param name="top">How many classes to name, at least 1.</param>
    /// <param name="cancel">Looked at between batches.</param>
    /// <exception cref="UserException">The model's outputs are not finite.</exception>
    public IEnumerable<Prediction> Predict(IEnumerable<string> paths, int top, CancellationToken cancel)
    {
        foreach (var answer in Answers(paths, tta: false, cancel))
            yield return new Prediction(answer.Path, answer.Error is null ? Best(Probabilities(answer), top) : [], answer.Error);
    }

    /// <summary>
    /// The probability of each class, in the order of <see cref="ModelCard.Classes"/>. With augmented passes: a quarter from the centre
    /// crop, three quarters the mean of the others, as fastai weighs them.
    /// </summary>
    /// <param name="answer">Without an error.</param>
    /// <param name="temperature">Null takes <see cref="Temperature"/>.</param>
    internal double[] Probabilities(NetworkAnswer answer, double? temperature = null)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var plain = Activation.Probabilities(answer.Logits, temperature ?? Temperature, Card.IndependentClasses);
        if (answer.Augmented.Count == 0)
            return plain;
        var others = answer.Augmented.Select(logits => Activation.Probabilities(logits, temperature ?? Temperature, Card.IndependentClasses)).ToArray();
        return [.. plain.Select((p, i) => PlainShare * p + (1 - PlainShare) * others.Average(other => other[i]))];
    }

    /// <summary>The network's outputs for each photo, in order.</summary>
    /// <param name="paths">Files.</param>
    /// <param name="tta">
    /// Whether to look at <see cref="AugmentedPasses"/> augmented crops, too; they depend on the photo's file name alone.
    /// </param>
    /// <param name="cancel">Looked at between batches.</param>
    /// <exception cref="UserException">The model's outputs are not finite.</exception>
    internal IEnumerable<NetworkAnswer> Answers(IEnumerable<string> paths, bool tta, CancellationToken cancel)
    {
        foreach (var chunk in paths.Chunk(_classifier.BatchSize))
        {
            cancel.ThrowIfCancellationRequested();
            var read = Read(chunk);
            var good = read.Where(item => item.Error is null).ToArray();
            var plain = new Queue<float[]>(good.Length > 0 ? Forward(good, _ => AugmentParams.Identity) : []);
            var passes = Enumerable.Range(0, tta && good.Length > 0 ? AugmentedPasses : 0)
                .Select(pass => new Queue<float[]>(Forward(good, key => AugmentParams.Draw(new AugmentOptions(), seed: 0, pass, key)))).ToArray();
            foreach (var (path, _, error) in read)
                yield return error is not null
                    ? new NetworkAnswer(path, [], [], error)
                    : new NetworkAnswer(path, plain.Dequeue(), [.. passes.Select(pass => pass.Dequeue())], null);
        }
    }

    /// <summary>
    /// A photo as the model takes it, presized as it was trained but for ONNX models, which do that themselves; from its file or from
    /// <see cref="Presized"/>.
    /// </summary>
    /// <exception cref="UserException">It cannot be read.</exception>
    internal RgbImage Photo(string path) => Presized?.Invoke(path) ?? _classifier.Read(path);

    /// <summary>The network's input for photos: centre crops, float32 [N,3,size,size] on its device; the caller's to dispose.</summary>
    /// <exception cref="InvalidOperationException">The model is an ONNX model.</exception>
    internal Tensor Input(IReadOnlyList<RgbImage> photos) => Torch.Input(photos, [.. photos.Select(_ => AugmentParams.Identity)]);

    /// <summary>Frees the network.</summary>
    public void Dispose() => _classifier.Dispose();

    private (string Path, RgbImage? Photo, UserException? Error)[] Read(string[] paths)
    {
        if (paths.Length == 1)
            return [Read(paths[0])];
        using var parallel = _classifier.ReadInParallel();
        return [.. paths.AsParallel().AsOrdered().Select(Read)];
    }

    private (string Path, RgbImage? Photo, UserException? Error) Read(string path)
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
        AugmentParams[] draws = [.. photos.Select(item => draw(SeededRandom.Key(Path.GetFileName(item.Path))))];
        var logits = _classifier.Logits([.. photos.Select(item => item.Photo!)], draws);
        if (logits.All(row => row.All(float.IsFinite)))
            return logits;
        throw NotANumber("the model's output is not a number", "its weights are too large to compute with", _file);
    }

    internal static UserException NotANumber(string problem, string why, string file) => new($"{problem}: {why}", file,
        "Its weights are damaged: use the model of an earlier epoch or of another run, or train again.");

    private ClassProbability[] Best(double[] probabilities, int top) =>
    [
        .. probabilities.Index().OrderByDescending(entry => entry.Item).ThenBy(entry => entry.Index).Take(top)
            .Select(entry => new ClassProbability(Card.Classes[entry.Index], entry.Item)),
    ];
}
