using static Onnx.TensorProto.Types;

namespace PetBreeds.Export.Onnx;

/// <summary>
/// Puts a QuantizeLinear and a DequantizeLinear around what convolutions and linear layers compute with (the QDQ form), which runtimes turn
/// into integer arithmetic. Activations are uint8 with one scale per tensor, weights int8 with one per output and symmetric, biases int32
/// (Jacob et al., 2018).
/// </summary>
/// <param name="graph">Gets the nodes.</param>
/// <param name="ranges">The range of each activation by its name; null: their ranges become outputs of the graph.</param>
internal sealed class Quantizer(GraphBuilder graph, IReadOnlyDictionary<string, ValueRange>? ranges)
{
    private const int LargestWeight = sbyte.MaxValue;

    /// <summary>Leaves room for the sums.</summary>
    private const double LargestBias = int.MaxValue / 2.0;

    private readonly Dictionary<string, float> _scales = [];

    /// <summary>Marks an activation.</summary>
    /// <param name="value">float32.</param>
    /// <param name="name">A name of its own.</param>
    /// <returns>The value to go on with: float32, rounded to one of 256 numbers.</returns>
    public string Activation(string value, string name)
    {
        if (ranges is null)
        {
            graph.Output(graph.Add("ReduceMin", [value], name, ("keepdims", 0)));
            graph.Output(graph.Add("ReduceMax", [value], $"{name}.most", ("keepdims", 0)));
            return value;
        }
        var (scale, zero) = ranges[name].ToUint8();
        string[] parameters = [graph.Floats([scale]), graph.Table($"{name}.zero", DataType.Uint8, [zero])];
        var result = graph.Add("DequantizeLinear", [graph.Add("QuantizeLinear", [value, .. parameters]), .. parameters]);
        _scales[result] = scale;
        return result;
    }

    /// <summary>Adds the weights of a layer.</summary>
    /// <param name="layer">The weights.</param>
    /// <param name="name">Of the layer.</param>
    /// <param name="input">The activation that it is applied to.</param>
    /// <returns>Weight and bias, float32; null while ranges are looked for.</returns>
    public string[]? Weights(LayerWeights layer, string name, string input)
    {
        if (ranges is null)
            return null;
        var (unit, row) = (_scales[input], layer.Weight.Length / layer.Bias.Length);
        float[] scales = [.. layer.Bias.Select((bias, i) => Scale(layer.Weight.AsSpan(i * row, row), bias / unit))];
        float[] biasScales = [.. scales.Select(scale => scale * unit)];
        sbyte[] weights = [.. layer.Weight.Select((weight, i) => (sbyte)Rounded(weight / scales[i / row], LargestWeight))];
        int[] biases = [.. layer.Bias.Select((bias, i) => (int)Rounded((double)bias / biasScales[i], int.MaxValue))];
        return
        [
            Dequantized($"{name}.weight", DataType.Int8, weights, scales, layer.Shape),
            Dequantized($"{name}.bias", DataType.Int32, biases, biasScales, layer.Bias.Length),
        ];
    }

    private string Dequantized<T>(string name, DataType type, T[] values, float[] scales, params ReadOnlySpan<long> shape)
        where T : unmanaged => graph.Add("DequantizeLinear",
        [
            graph.Table(name, type, values, shape),
            graph.Table($"{name}.scale", DataType.Float, scales, scales.Length),
            graph.Table($"{name}.zero", type, new T[scales.Length], scales.Length),
        ], null, ("axis", 0));

    /// <summary>The largest weight becomes the largest integer, unless the bias would not fit then.</summary>
    /// <param name="weights">Of one output.</param>
    /// <param name="bias">In units of the input's scale.</param>
    private static float Scale(ReadOnlySpan<float> weights, float bias)
    {
        var scale = (float)(Math.Abs(bias) / LargestBias);
        foreach (var weight in weights)
            scale = Math.Max(scale, Math.Abs(weight) / LargestWeight);
        return scale > 0 ? scale : 1;
    }

    private static double Rounded(double value, double largest) =>
        Math.Clamp(Math.Round(value, MidpointRounding.ToEven), -largest, largest);
}
