using Microsoft.ML.OnnxRuntime;

namespace PetBreeds.Models.Onnx;

/// <summary>A <c>network.onnx</c> of an export, run by ONNX Runtime on the CPU.</summary>
internal sealed class OnnxNetwork : IDisposable
{
    private static readonly string[] Inputs = [OnnxNames.Input];

    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();

    /// <param name="path">A network.onnx.</param>
    /// <exception cref="UserException">It is missing or damaged.</exception>
    public OnnxNetwork(string path) => _session = OnnxSession.Open(path);

    /// <summary>What it puts out: logits, and the last feature map where the file has it.</summary>
    public IReadOnlyList<string> OutputNames => _session.OutputNames;

    /// <summary>Runs the network.</summary>
    /// <param name="input">float32 [N, 3, size, size], normalised.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="output">Which output.</param>
    /// <returns>Its values, row by row.</returns>
    public float[] Run(float[] input, long[] shape, string output = OnnxNames.Logits)
    {
        using var value = OrtValue.CreateTensorValueFromMemory(input, shape);
        using var results = _session.Run(_options, Inputs, [value], [output]);
        return [.. results[0].GetTensorDataAsSpan<float>()];
    }

    /// <summary>Frees the network.</summary>
    public void Dispose()
    {
        _options.Dispose();
        _session.Dispose();
    }
}
