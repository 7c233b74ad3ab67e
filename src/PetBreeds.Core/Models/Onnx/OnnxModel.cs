using Microsoft.ML.OnnxRuntime;
using PetBreeds.Pixels.Decoding;

namespace PetBreeds.Models.Onnx;

/// <summary>What an exported model makes of a photo.</summary>
/// <param name="Probabilities">One for each class, calibrated.</param>
/// <param name="Logits">The network's outputs.</param>
/// <param name="Features">The pooled features; empty in exports of earlier versions.</param>
internal sealed record OnnxAnswer(float[] Probabilities, float[] Logits, float[] Features);

/// <summary>
/// A <c>model.onnx</c> of an export, run by ONNX Runtime on the CPU. libtorch is neither needed nor loaded: presizing, cropping and
/// normalising are part of the graph.
/// </summary>
internal sealed class OnnxModel : IDisposable
{
    private static readonly string[] Inputs = [OnnxNames.Pixels];

    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly string[] _outputs;

    /// <summary>Reads a model.</summary>
    /// <param name="path">A model.onnx.</param>
    /// <exception cref="UserException">It is missing, damaged, or none of petbreeds'.</exception>
    public OnnxModel(string path)
    {
        _session = OnnxSession.Open(path);
        _outputs = [OnnxNames.Probabilities, OnnxNames.Logits, .. _session.OutputNames.Where(name => name == OnnxNames.Pooled)];
        try
        {
            if (_session.InputNames is not [OnnxNames.Pixels])
                throw _session.InputNames is [OnnxNames.Input]
                    ? new UserException("this is the network alone: it takes no photos", path, $"Give the {OnnxNames.ModelFile} beside it.")
                    : new UserException("this ONNX model takes something other than the pixels of photos", path,
                        "Use a model that petbreeds exported.");
            Card = CardText.Read(_session.ModelMetadata.CustomMetadataMap.GetValueOrDefault(OnnxNames.Card), path);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What the model says of itself.</summary>
    public ModelCard Card { get; }

    /// <summary>Whether a file is an ONNX model, by its name.</summary>
    public static bool Is(string path) => Path.GetExtension(path).Equals(OnnxNames.Extension, StringComparison.OrdinalIgnoreCase);

    /// <summary>Classifies a photo.</summary>
    /// <param name="photo">Of any size.</param>
    public OnnxAnswer Run(RgbImage photo)
    {
        using var pixels = OrtValue.CreateTensorValueFromMemory(photo.Pixels, [1, photo.Height, photo.Width, 3]); // uint8 [1,H,W,3]
        using var results = _session.Run(_options, Inputs, [pixels], _outputs);
        return new OnnxAnswer([.. results[0].GetTensorDataAsSpan<float>()], [.. results[1].GetTensorDataAsSpan<float>()],
            results.Count > 2 ? [.. results[2].GetTensorDataAsSpan<float>()] : []);
    }

    /// <summary>Frees the model.</summary>
    public void Dispose()
    {
        _options.Dispose();
        _session.Dispose();
    }
}
