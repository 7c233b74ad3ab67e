using System.Security.Cryptography;
using System.Text.Json.Serialization;
using PetBreeds.Batches.Augmentation;
using PetBreeds.Distributed;
using PetBreeds.Models;
using PetBreeds.Models.Onnx;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Evaluation;

/// <summary>The outputs of a network for a photo.</summary>
/// <param name="Path">Path of the photo.</param>
/// <param name="Logits">Logits for the centre crop, one for each class; empty if there is an error.</param>
/// <param name="Augmented">Logits for augmented crops, if requested.</param>
/// <param name="Error">The reason if the photo could not be read; otherwise null.</param>
internal sealed record NetworkAnswer(string Path, float[] Logits, IReadOnlyList<float[]> Augmented,
    [property: JsonConverter(typeof(ErrorConverter))] UserException? Error)
{
    /// <summary>The pooled features of the centre crop if they were requested and the runtime has them; otherwise empty.</summary>
    public float[] Features { get; init; } = [];

    /// <summary>The centre crop's distance in the model's <see cref="FeatureSpace"/>; null if it has none.</summary>
    public double? Distance { get; init; }
}

/// <summary>
/// Classifies photos with a trained model. Photos are preprocessed as the model file specifies, by the same code as in validation.
/// </summary>
public sealed class Predictor : IDisposable
{
    /// <summary>Augmented passes of test-time augmentation, as in fastai's <c>tta</c>.</summary>
    internal const int AugmentedPasses = 4;

    private const double PlainShare = .25; // fastai's beta

    private readonly IClassifier _classifier;
    private readonly string _file;
    private readonly SharedWork<Batch, NetworkAnswer[]> _work;

    /// <summary>
    /// Reads a model's description. libtorch and the weights are loaded in the background while the first photos are decoded, so that
    /// errors in the weights or the device are thrown by the first prediction. An ONNX model needs no libtorch.
    /// </summary>
    /// <param name="modelFile">A model.safetensors, or a model.onnx that was exported from one.</param>
    /// <param name="device">As for <see cref="Devices.Resolve"/>; ONNX models run on the CPU.</param>
    /// <param name="group">The processes that share the photos; all open the same model. Null if this one is alone.</param>
    /// <exception cref="UserException">The file is missing, damaged, not a petbreeds model, or another one on another rank.</exception>
    internal Predictor(string modelFile, ComputeDevice device, IProcessGroup? group = null)
    {
        group ??= SingleProcess.Instance;
        _file = modelFile;
        _classifier = OnnxModel.Is(modelFile) ? new OnnxClassifier(modelFile, device)
            : new TorchClassifier(modelFile, device, group.LocalRank);
        (Temperature, Space) = (Card.Calibration?.Temperature ?? 1, Card.Calibration?.FeatureSpace);
        _work = new(group, Answers);
        if (group.Size > 1)
            RequireSameModel(group, modelFile);
    }

    /// <summary>
    /// Loads a model. Its description is read immediately; its weights are loaded while the first photos are decoded, so that errors in the
    /// weights or the device are thrown by the first prediction.
    /// </summary>
    /// <param name="modelFile">
    /// Path of a model.safetensors file, such as <c>TrainedRun.ModelPath</c>, or of a model.onnx exported from one, which needs no
    /// libtorch.
    /// </param>
    /// <param name="device">Where to compute; ONNX models run on the CPU.</param>
    /// <exception cref="UserException">The file is missing, damaged, or not a model of this library.</exception>
    public static Predictor Load(string modelFile, ComputeDevice device = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelFile);
        return new Predictor(modelFile, device);
    }

    /// <summary>What the model says of itself.</summary>
    public ModelCard Card => _classifier.Card;

    /// <summary>The temperature by which logits are divided. Initially the one of <see cref="Card"/>, or 1 if it has none.</summary>
    public double Temperature { get; set; }

    /// <summary>Where photos of the classes lie; null if it is not known. Initially that of <see cref="Card"/>.</summary>
    internal FeatureSpace? Space { get; set; }

    /// <summary>
    /// Returns the presized pixels of a photo if they are already available, or null to read its file. For a run that just ended: its
    /// photos need not be decoded again, or even still exist.
    /// </summary>
    internal Func<string, RgbImage?>? Presized { get; init; }

    /// <summary>The network, in evaluation mode.</summary>
    /// <exception cref="InvalidOperationException">The model is an ONNX model.</exception>
    internal ImageClassifier Model => Torch.Network;

    /// <summary>Whether there is a <see cref="Model"/>: an ONNX model has none.</summary>
    internal bool HasNetwork => _classifier is TorchClassifier;

    private TorchClassifier Torch =>
        _classifier as TorchClassifier ?? throw new InvalidOperationException("an ONNX model has no network of libtorch's");

    /// <summary>Classifies photos in order, batch by batch; memory use does not grow with their number.</summary>
    /// <param name="paths">Paths of the photos.</param>
    /// <param name="top">How many of the most probable classes to return, at least 1.</param>
    /// <param name="cancel">Checked between batches.</param>
    /// <exception cref="UserException">The model's outputs are not finite.</exception>
    public IEnumerable<Prediction> Predict(IEnumerable<string> paths, int top = 1, CancellationToken cancel = default)
    {
        foreach (var answer in Answers(paths, cancel: cancel))
            yield return new Prediction(answer.Path, answer.Error is null ? ClassProbability.Best(Card.Classes, Probabilities(answer), top)
                : [], answer.Error)
            { IsUnfamiliar = IsUnfamiliar(answer) };
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

    /// <summary>Whether a photo lies outside of <see cref="Space"/>, so that it probably shows something else than the classes.</summary>
    internal bool IsUnfamiliar(NetworkAnswer answer) => answer.Distance > Space?.Limit;

    /// <summary>The network's outputs for each photo, in order.</summary>
    /// <param name="paths">Paths of the photos.</param>
    /// <param name="tta">
    /// Whether to also run <see cref="AugmentedPasses"/> augmented crops, which depend only on the photo's file name.
    /// </param>
    /// <param name="features">Whether to return features.</param>
    /// <param name="cancel">Checked between batches.</param>
    /// <exception cref="UserException">The model's outputs are not finite.</exception>
    internal IEnumerable<NetworkAnswer> Answers(
        IEnumerable<string> paths, bool tta = false, bool features = false, CancellationToken cancel = default)
    {
        foreach (var answers in _work.Results(Batches(paths, tta, features, cancel)))
            foreach (var answer in answers)
                yield return answer;
    }

    /// <summary>Computes the answers that rank 0 asks for; for the other ranks.</summary>
    internal void Follow() => _work.Follow();

    /// <summary>Lets the other ranks go; for rank 0, after the last answer.</summary>
    internal void Release() => _work.Release();

    /// <summary>
    /// A photo as the model takes it, presized as it was trained but for ONNX models, which do that themselves; from its file or from
    /// <see cref="Presized"/>.
    /// </summary>
    /// <exception cref="UserException">It cannot be read.</exception>
    internal RgbImage Photo(string path) => Presized?.Invoke(path) ?? _classifier.Read(path);

    /// <summary>The outputs for some presized photos, from their centre crops. From one thread at a time.</summary>
    /// <exception cref="UserException">The model's outputs are not finite.</exception>
    internal ClassifiedPhoto[] Answer(IReadOnlyList<RgbImage> photos) =>
    [
        .. Outputs(photos, [.. photos.Select(_ => AugmentParams.Identity)])
            .Select(output => new ClassifiedPhoto(
                Activation.Probabilities(output.Logits, Temperature, Card.IndependentClasses), Distance(output) > Space?.Limit)),
    ];

    /// <summary>The network's input for photos: centre crops, float32 [N,3,size,size] on its device; the caller's to dispose.</summary>
    /// <exception cref="InvalidOperationException">The model is an ONNX model.</exception>
    internal Tensor Input(IReadOnlyList<RgbImage> photos) => Torch.Input(photos, [.. photos.Select(_ => AugmentParams.Identity)]);

    /// <summary>Frees the network.</summary>
    public void Dispose() => _classifier.Dispose();

    /// <summary>The batches do not depend on the number of processes, and so neither do the last bits of the answers.</summary>
    private IEnumerable<Batch> Batches(IEnumerable<string> paths, bool tta, bool features, CancellationToken cancel)
    {
        foreach (var chunk in paths.Chunk(_classifier.BatchSize))
        {
            cancel.ThrowIfCancellationRequested();
            yield return new Batch(chunk, tta, features);
        }
    }

    private NetworkAnswer[] Answers(Batch batch)
    {
        var read = Read(batch.Paths);
        var good = read.Where(item => item.Error is null).ToArray();
        var plain = new Queue<NetworkOutput>(good.Length > 0 ? Forward(good, _ => AugmentParams.Identity) : []);
        var passes = Enumerable.Range(0, batch.Tta && good.Length > 0 ? AugmentedPasses : 0)
            .Select(pass => new Queue<NetworkOutput>(Forward(good, key =>
                AugmentParams.Draw(new AugmentOptions(), seed: 0, pass, key)))).ToArray();
        return
        [
            .. read.Select(item => item.Error is { } error
                ? new NetworkAnswer(item.Path, [], [], error)
                : Answer(item.Path, plain.Dequeue(), [.. passes.Select(pass => pass.Dequeue().Logits)])),
        ];

        NetworkAnswer Answer(string path, NetworkOutput output, float[][] augmented) => new(path, output.Logits, augmented, null)
        {
            Features = batch.Features ? output.Features : [],
            Distance = Distance(output),
        };
    }

    private double? Distance(NetworkOutput output) => output.Features.Length > 0 ? Space?.Distance(output.Features) : null;

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

    private NetworkOutput[] Forward((string Path, RgbImage? Photo, UserException? Error)[] photos, Func<ulong, AugmentParams> draw) =>
        Outputs([.. photos.Select(item => item.Photo!)], [.. photos.Select(item => draw(SeededRandom.Key(Path.GetFileName(item.Path))))]);

    private NetworkOutput[] Outputs(IReadOnlyList<RgbImage> photos, AugmentParams[] draws)
    {
        var outputs = _classifier.Outputs(photos, draws);
        if (outputs.All(output => output.Logits.All(float.IsFinite) && output.Features.All(float.IsFinite)))
            return outputs;
        throw FiniteCheck.Damaged("the model's output is not a number", "its weights are too large to compute with", _file);
    }

    private static void RequireSameModel(IProcessGroup group, string modelFile)
    {
        using var file = File.OpenRead(modelFile);
        group.RequireSame(SHA256.HashData(file), "models", "Give every machine the same model file.");
    }

    /// <summary>Photos that are computed together.</summary>
    /// <param name="Paths">Their paths.</param>
    /// <param name="Tta">Whether augmented crops are wanted.</param>
    /// <param name="Features">Whether features are wanted.</param>
    private sealed record Batch(string[] Paths, bool Tta, bool Features);
}
