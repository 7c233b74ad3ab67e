using PetBreeds.Batches.Augmentation;
using PetBreeds.Models;
using PetBreeds.Models.Onnx;
using PetBreeds.Pixels;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Runtime;

namespace PetBreeds.Evaluation;

/// <summary>
/// Computes with an exported <c>model.onnx</c>, on the CPU and without libtorch. Photos go in as they are decoded, one at a time: their
/// sizes differ.
/// </summary>
internal sealed class OnnxClassifier : IClassifier
{
    private readonly OnnxModel _model;

    /// <param name="modelFile">A model.onnx.</param>
    /// <param name="device">Auto or the CPU.</param>
    /// <exception cref="UserException">The file is missing, damaged or none of petbreeds', or the device is another.</exception>
    public OnnxClassifier(string modelFile, ComputeDevice device)
    {
        if (device != ComputeDevice.Auto && device != ComputeDevice.Cpu)
            throw new UserException($"ONNX models run on the CPU here, not on '{device}'", "`device`",
                "Leave it out, or give the model.safetensors.");
        _model = new OnnxModel(modelFile);
    }

    public ModelCard Card => _model.Card;

    /// <summary>As many as are decoded at once: whole photos take memory.</summary>
    public int BatchSize => Environment.ProcessorCount;

    public RgbImage Read(string path) => PhotoDecoder.Default.Decode(Presizer.ReadFile(path), path, Card.Preprocessing.Presize);

    public IDisposable? ReadInParallel() => null;

    public NetworkOutput[] Outputs(IReadOnlyList<RgbImage> photos, IReadOnlyList<AugmentParams> draws)
    {
        if (draws.Any(draw => draw != AugmentParams.Identity))
            throw new UserException("an ONNX model sees the centre crop only, not augmented ones", null,
                "Leave out test-time augmentation, or use the run instead.");
        return [.. photos.Select(_model.Run).Select(answer => new NetworkOutput(answer.Logits, answer.Features))];
    }

    public void Dispose() => _model.Dispose();
}
