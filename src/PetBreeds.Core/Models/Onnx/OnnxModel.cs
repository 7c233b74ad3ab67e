using Microsoft.ML.OnnxRuntime;
using PetBreeds.Pixels.Decoding;

namespace PetBreeds.Models.Onnx;

/// <summary>What an exported model makes of a photo.</summary>
/// <param name="Probabilities">One for each class, calibrated.</param>
/// <param name="Logits">The network's outputs.</param>
internal sealed record OnnxAnswer(float[] Probabilities, float[] Logits);

/// <summary>
/// A <c>model.onnx</c> of an export, run by ONNX Runtime on the CPU. libtorch is neither needed nor loaded: presizing, cropping and
/// normalising are part of the graph.
/// </summary>
internal sealed class OnnxModel : IDisposable
{
    private static readonly string[] Inputs = [OnnxNames.Pixels], Outputs = [OnnxNames.Probabilities, OnnxNames.Logits];

    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();

    /// <summary>Reads a model.</summary>
    /// <param name="path">A model.onnx.</param>
    /// <exception cref="UserException">It is missing, damaged, or none of petbreeds'.</exception>
    public OnnxModel(string path)
    {
        _session = OnnxSession.Open(path);
        try
        {
            if (_session.InputNames is not [OnnxNames.Pixels])
                throw _session.InputNames is [OnnxNames.Input]
                    ? new UserException("this is the network alone: it takes no photos", path, $"Give the {OnnxNames.ModelFile} beside it.")
                    : new UserException("this ONNX model takes something other than the pixels of photos", path,
                        "Give one that `petbreeds export` wrote.");
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
        using var results = _session.Run(_options, Inputs, [pixels], Outputs);
        return new OnnxAnswer([.. results[0].GetTensorDataAsSpan<float>()], [.. results[1].GetTensorDataAsSpan<float>()]);
    }

    /// <summary>Frees the model.</summary>
    public void Dispose()
    {
        _options.Dispose();
        _session.Dispose();
    }
}
