namespace PetBreeds.Export.Onnx;

/// <summary>Adds single layers to a graph.</summary>
/// <param name="graph">Gets the nodes.</param>
/// <param name="weights">Of the network.</param>
/// <param name="quantizer">Makes its convolutions and linear layers compute in int8; null leaves them as they are.</param>
internal sealed class LayerGraph(GraphBuilder graph, FoldedWeights weights, Quantizer? quantizer = null)
{
    private const float NormEpsilon = 1e-6f; // of PixelNorm

    /// <summary>The graph.</summary>
    public GraphBuilder Graph => graph;

    /// <summary>The weights of the network.</summary>
    public FoldedWeights Weights => weights;

    /// <summary>
    /// Marks what a convolution or linear layer is applied to, or what such results are added to, as an activation to be quantised.
    /// </summary>
    /// <param name="value">float32.</param>
    /// <param name="name">A name of its own.</param>
    public string Activation(string value, string name) => quantizer?.Activation(value, name) ?? value;

    /// <summary>A convolution. float32 [N,C,H,W] → [N,outputs,h,w].</summary>
    public string Convolution(LayerWeights layer, string name, string input, int stride, int padding, int groups = 1) =>
        graph.Add("Conv", [input, .. Quantized(layer, name, input)], null, ("kernel_shape", layer.Shape[2..]),
            ("strides", new long[] { stride, stride }),
        ("pads", new long[] { padding, padding, padding, padding }), ("group", groups));

    /// <summary>A linear layer. float32 [N,inputs] → [N,outputs].</summary>
    public string Linear(LayerWeights layer, string name, string input) =>
        graph.Add("Gemm", [input, .. Quantized(layer, name, input)], null, ("transB", 1));

    /// <summary>A linear layer over the last dimension of many. float32 [N,H,W,inputs] → [N,H,W,outputs].</summary>
    public string Pointwise(LayerWeights layer, string name, string input)
    {
        var (outputs, inputs) = (layer.Shape[0], layer.Shape[1]);
        var transposed = new float[layer.Weight.Length]; // [inputs, outputs], as MatMul wants it
        for (var o = 0; o < outputs; o++)
            for (var i = 0; i < inputs; i++)
                transposed[i * outputs + o] = layer.Weight[o * inputs + i];
        var product = graph.Add("MatMul", input, graph.Weights($"{name}.weight", transposed, inputs, outputs));
        return graph.Add("Add", product, graph.Weights($"{name}.bias", layer.Bias, outputs));
    }

    /// <summary>Layer norm over the last dimension.</summary>
    public string Norm(string name, string input)
    {
        var weight = weights.Of($"{name}.weight");
        var layer = new LayerWeights(weight, [weight.Length], weights.Of($"{name}.bias"));
        return graph.Add("LayerNormalization", [input, .. Both(layer, name)], null, ("axis", -1), ("epsilon", NormEpsilon));
    }

    private string[] Quantized(LayerWeights layer, string name, string input) =>
        quantizer?.Weights(layer, name, input) ?? Both(layer, name);

    private string[] Both(LayerWeights layer, string name) =>
    [
        graph.Weights($"{name}.weight", layer.Weight, layer.Shape),
        graph.Weights($"{name}.bias", layer.Bias, layer.Bias.Length),
    ];
}
