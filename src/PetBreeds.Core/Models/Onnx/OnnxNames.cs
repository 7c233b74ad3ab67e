namespace PetBreeds.Models.Onnx;

/// <summary>What the inputs, outputs and metadata of exported ONNX files are called.</summary>
internal static class OnnxNames
{
    /// <summary>The extension of the files.</summary>
    public const string Extension = ".onnx";

    /// <summary>The whole model, preprocessing included.</summary>
    public const string ModelFile = "model.onnx";

    /// <summary>The network alone.</summary>
    public const string NetworkFile = "network.onnx";

    /// <summary>The model's input: uint8 [N, H, W, 3], RGB.</summary>
    public const string Pixels = "pixels";

    /// <summary>The network's input: float32 [N, 3, size, size], normalised.</summary>
    public const string Input = "input";

    /// <summary>The model's first output: float32 [N, classes], calibrated.</summary>
    public const string Probabilities = "probabilities";

    /// <summary>An output of both: float32 [N, classes].</summary>
    public const string Logits = "logits";

    /// <summary>The model's third output, the pooled features: float32 [N, features].</summary>
    public const string Pooled = "pooled";

    /// <summary>The network's second output, the last feature map: float32 [N, features, h, w].</summary>
    public const string Features = "features";

    /// <summary>The metadata that holds the model's card as JSON.</summary>
    public const string Card = "petbreeds";
}
