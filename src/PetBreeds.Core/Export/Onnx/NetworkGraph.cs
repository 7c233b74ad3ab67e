using PetBreeds.Models;

namespace PetBreeds.Export.Onnx;

/// <summary>A network as part of a graph. float32 [N, 3, size, size], normalised → logits float32 [N, classes].</summary>
/// <param name="graph">Gets the nodes.</param>
/// <param name="model">The network.</param>
/// <param name="quantizer">Makes a ResNet compute in int8; null: float.</param>
internal sealed class NetworkGraph(GraphBuilder graph, ImageClassifier model, Quantizer? quantizer = null)
{
    private readonly FoldedWeights _weights = new(model);

    /// <summary>Adds the network.</summary>
    /// <param name="input">float32 [N, 3, size, size], normalised.</param>
    /// <param name="logits">The name of its output.</param>
    /// <param name="features">The name of the last feature map as an output; null: it is none.</param>
    /// <param name="pooled">The name of the pooled features as an output; null: they are none.</param>
    public void Build(string input, string logits, string? features = null, string? pooled = null)
    {
        var layers = new LayerGraph(graph, _weights, quantizer);
        var map = model.Body.Plan switch
        {
            ResNetArchitecture plan => new ResNetGraph(layers, plan).Build(graph.Enter(input)),
            ConvNeXtArchitecture plan => new ConvNeXtGraph(layers, plan).Build(graph.Enter(input)),
            var plan => throw new NotSupportedException($"{plan.Name} has no graph"),
        };
        if (features is not null)
            graph.Leave(map, features);
        var linear = model.Kind == HeadKind.Linear;
        var average = linear || pooled is not null ? Pool(layers, map) : "";
        if (pooled is not null)
            graph.Leave(average, pooled);
        graph.Leave(linear ? LinearHead(layers, average) : FastaiHead(layers, map), logits);
    }

    private string Pool(LayerGraph layers, string map)
    {
        var pooled = graph.Add("Flatten", graph.Add("GlobalAveragePool", map));
        return _weights.Has("body.classifier.0.weight") ? layers.Norm("body.classifier.0", pooled) : pooled; // a ConvNeXt normalises
    }

    private string LinearHead(LayerGraph layers, string pooled) =>
        layers.Linear(_weights.Layer("head.fc"), "head.fc", layers.Activation(pooled, "head.pooled"));

    private string FastaiHead(LayerGraph layers, string map)
    {
        var pooled = graph.Add("Concat", [graph.Add("GlobalMaxPool", map), graph.Add("GlobalAveragePool", map)], null, ("axis", 1));
        var first = layers.Activation(graph.Add("Flatten", pooled), "head.pooled");
        var hidden = graph.Add("Relu", layers.Linear(_weights.Linear("head.2", "head.4"), "head.4", first));
        return layers.Linear(_weights.Linear("head.6", "head.8"), "head.8", layers.Activation(hidden, "head.hidden"));
    }
}
