using PetBreeds.Models;

namespace PetBreeds.Export.Onnx;

/// <summary>The body of a <see cref="ConvNeXt"/>, the blocks' scales folded in.</summary>
/// <param name="layers">Adds the layers.</param>
/// <param name="plan">Which ConvNeXt.</param>
internal sealed class ConvNeXtGraph(LayerGraph layers, ConvNeXtArchitecture plan)
{
    private const int BlockKernel = 7;

    private readonly GraphBuilder _graph = layers.Graph;

    /// <summary>float32 [N,3,H,W], normalised → the last feature map.</summary>
    public string Build(string input)
    {
        var x = input;
        for (var stage = 0; stage < plan.Blocks.Count; stage++)
        {
            var (between, blocks) = ($"body.features.{2 * stage}", $"body.features.{2 * stage + 1}");
            x = stage == 0
                ? PixelNorm($"{between}.1", Convolution($"{between}.0", x, stride: 4))
                : Convolution($"{between}.1", PixelNorm($"{between}.0", x), stride: 2);
            for (var i = 0; i < plan.Blocks[stage]; i++)
                x = Block($"{blocks}.{i}", x, plan.Channels(stage));
        }
        return x;
    }

    private string Block(string name, string input, int channels)
    {
        var depthwise = layers.Convolution(layers.Weights.Layer($"{name}.block.0"), $"{name}.block.0", input, 1, BlockKernel / 2, channels);
        var normal = layers.Norm($"{name}.block.2", ToPlaces(depthwise));
        var wide = layers.Pointwise(layers.Weights.Layer($"{name}.block.3"), $"{name}.block.3", normal);
        var narrow = layers.Pointwise(Scaled(name), $"{name}.block.5", Gelu(wide));
        return _graph.Add("Add", ToPlanes(narrow), input);
    }

    /// <summary>The layer that narrows, multiplied by the block's scale.</summary>
    private LayerWeights Scaled(string name)
    {
        var layer = layers.Weights.Layer($"{name}.block.5");
        var scale = layers.Weights.Of($"{name}.layer_scale");
        var row = layer.Weight.Length / scale.Length;
        return layer with
        {
            Weight = [.. layer.Weight.Select((weight, i) => weight * scale[i / row])],
            Bias = [.. layer.Bias.Select((bias, i) => bias * scale[i])],
        };
    }

    /// <summary>x · (1 + erf(x / √2)) / 2, which ONNX Runtime knows as one operator; the standard has had it since opset 20 only.</summary>
    private string Gelu(string x)
    {
        var erf = _graph.Add("Erf", _graph.Add("Div", x, _graph.Number(MathF.Sqrt(2))));
        return _graph.Add("Mul", _graph.Add("Mul", x, _graph.Add("Add", erf, _graph.Number(1))), _graph.Number(.5f));
    }

    private string Convolution(string name, string input, int stride) =>
        layers.Convolution(layers.Weights.Layer(name), name, input, stride, padding: 0);

    private string PixelNorm(string name, string input) => ToPlanes(layers.Norm(name, ToPlaces(input)));

    private string ToPlaces(string planes) => _graph.Add("Transpose", [planes], null, ("perm", new long[] { 0, 2, 3, 1 }));

    private string ToPlanes(string places) => _graph.Add("Transpose", [places], null, ("perm", new long[] { 0, 3, 1, 2 }));
}
