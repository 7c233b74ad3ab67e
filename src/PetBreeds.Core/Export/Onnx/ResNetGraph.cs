using PetBreeds.Models;

namespace PetBreeds.Export.Onnx;

/// <summary>The body of a <see cref="ResNet"/>, batch norms folded in.</summary>
/// <param name="layers">Adds the layers.</param>
/// <param name="plan">Which ResNet.</param>
internal sealed class ResNetGraph(LayerGraph layers, ResNetArchitecture plan)
{
    private readonly GraphBuilder _graph = layers.Graph;

    /// <summary>float32 [N,3,H,W], normalised → the last feature map.</summary>
    public string Build(string input)
    {
        var stem = Relu(Convolution("body.conv1", "body.bn1", layers.Activation(input, "input"), stride: 2));
        var x = _graph.Add("MaxPool", [stem], null,
            ("kernel_shape", new long[] { 3, 3 }), ("strides", new long[] { 2, 2 }), ("pads", new long[] { 1, 1, 1, 1 }));
        x = layers.Activation(x, "body.maxpool"); // which is the same numbers as before it: runtimes may pool integers
        for (var layer = 0; layer < plan.Blocks.Count; layer++)
        {
            for (var i = 0; i < plan.Blocks[layer]; i++)
                x = Block($"body.layer{layer + 1}.{i}", x, i == 0 && layer > 0 ? 2 : 1);
        }
        return x;
    }

    private string Block(string name, string input, int stride)
    {
        var branch = Convolution($"{name}.conv1", $"{name}.bn1", input, plan.Bottleneck ? 1 : stride);
        branch = plan.Bottleneck
            ? Convolution($"{name}.conv2", $"{name}.bn2", Relu(branch, $"{name}.conv1"), stride, plan.Groups)
            : Convolution($"{name}.conv2", $"{name}.bn2", Relu(branch, $"{name}.conv1"));
        if (plan.Bottleneck)
            branch = Convolution($"{name}.conv3", $"{name}.bn3", Relu(branch, $"{name}.conv2"));
        var shortcut = layers.Weights.Has($"{name}.downsample.0.weight")
            ? layers.Activation(Convolution($"{name}.downsample.0", $"{name}.downsample.1", input, stride), $"{name}.downsample")
            : input;
        return Relu(_graph.Add("Add", layers.Activation(branch, $"{name}.branch"), shortcut), name);
    }

    /// <summary>Padded to keep the size at stride 1.</summary>
    private string Convolution(string convolution, string norm, string input, int stride = 1, int groups = 1)
    {
        var layer = layers.Weights.Convolution(convolution, norm);
        return layers.Convolution(layer, convolution, input, stride, (int)layer.Shape[^1] / 2, groups);
    }

    private string Relu(string input) => _graph.Add("Relu", input);

    private string Relu(string input, string name) => layers.Activation(Relu(input), name);
}
