namespace PetBreeds.Cli.Web.Serve;

/// <summary>What computes a model.</summary>
internal enum ModelBackend
{
    /// <summary>libtorch, from a model.safetensors.</summary>
    Torch,

    /// <summary>ONNX Runtime on the CPU, from an exported model.onnx; libtorch is not loaded.</summary>
    Onnx,
}
