using PetBreeds.Batches;
using PetBreeds.Batches.Augmentation;
using PetBreeds.Models;
using PetBreeds.Pixels;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Evaluation;

/// <summary>Computes with libtorch, by the code that validation uses.</summary>
internal sealed class TorchClassifier : IClassifier
{
    private readonly Task<Loaded> _loaded;
    private readonly BatchTransform _transform;

    /// <summary>
    /// Reads a model's description. libtorch and the weights are loaded meanwhile; what is wrong with them or with the device is thrown by
    /// the first use of the network.
    /// </summary>
    /// <param name="modelFile">A model.safetensors.</param>
    /// <param name="device">As for <see cref="Devices.Resolve"/>.</param>
    /// <param name="localRank">The number of this process among those of its machine, which chooses the GPU.</param>
    /// <exception cref="UserException">It is missing, damaged, or none of petbreeds'.</exception>
    public TorchClassifier(string modelFile, ComputeDevice device, int localRank = 0)
    {
        var library = Task.Run(TorchRuntime.EnsureLoaded);
        try
        {
            Card = ModelFile.ReadCard(modelFile);
        }
        catch
        {
            Task.WaitAny(library); // a process must not end while a library is being loaded
            throw;
        }
        _transform = new BatchTransform(Card.Preprocessing.Size, Card.Preprocessing.Normalization);
        _loaded = Task.Run(() => Load(modelFile, Card, device, localRank));
    }

    public ModelCard Card { get; }

    public int BatchSize => 16;

    /// <summary>The network, in evaluation mode.</summary>
    public ImageClassifier Network => Ready.Network;

    private Loaded Ready => _loaded.GetAwaiter().GetResult();

    public RgbImage Read(string path) => Presizer.Presize(path, Card.Preprocessing.Presize);

    public IDisposable ReadInParallel() => new SingleThreadedTorch();

    public NetworkOutput[] Outputs(IReadOnlyList<RgbImage> photos, IReadOnlyList<AugmentParams> draws)
    {
        var loaded = Ready;
        using var scope = NewDisposeScope();
        using var noGradients = inference_mode();
        var outputs = loaded.Pass.Logits(Input(photos, draws)); // float32 [N, classes + features]
        return
        [
            .. outputs.cpu().data<float>().ToArray().Chunk((int)outputs.shape[1])
                .Select(row => new NetworkOutput(row[..Card.Classes.Count], row[Card.Classes.Count..])),
        ];
    }

    /// <summary>
    /// The network's input, float32 [N,3,size,size] on its device, by the same code as validation: what a loader does on its threads.
    /// </summary>
    public Tensor Input(IReadOnlyList<RgbImage> photos, IReadOnlyList<AugmentParams> draws)
    {
        var loaded = Ready;
        using var pixels = loaded.Form.Allocate(photos.Count);
        for (var i = 0; i < photos.Count; i++)
            loaded.Form.Write(photos[i].Pixels, (photos[i].Width, photos[i].Height), draws[i], pixels, i);
        return _transform.Input(pixels, draws, loaded.Device);
    }

    public void Dispose()
    {
        _transform.Dispose();
        Task.WaitAny(_loaded);
        if (_loaded.IsCompletedSuccessfully)
            _loaded.Result.Network.Dispose();
    }

    private static Loaded Load(string modelFile, ModelCard card, ComputeDevice device, int localRank)
    {
        var compute = Compute.ForPrediction(Devices.Resolve(device, localRank));
        var network = ModelFile.Load(modelFile).Model;
        try
        {
            FiniteCheck.RequireFinite(network, modelFile);
        }
        catch
        {
            network.Dispose();
            throw;
        }
        compute.Place(network);
        var pass = new ForwardPass(new WithFeatures(network), compute);
        return new Loaded(network, pass, BatchForm.For(compute.Device, card.Preprocessing), compute.Device);
    }

    /// <summary>The network with its features beside its logits. float32 [N, 3, size, size] → [N, classes + features].</summary>
    private sealed class WithFeatures(ImageClassifier model) : nn.Module<Tensor, Tensor>(nameof(WithFeatures))
    {
        public override Tensor forward(Tensor input)
        {
            var (logits, features) = model.ForwardWithFeatures(input);
            using (logits)
            using (features)
                return cat([logits.to(ScalarType.Float32), features.to(ScalarType.Float32)], 1);
        }
    }

    private sealed record Loaded(ImageClassifier Network, ForwardPass Pass, BatchForm Form, Device Device);
}
