namespace PetBreeds.Export;

/// <summary>What the network of an ONNX export computes in.</summary>
internal enum NumberFormat
{
    /// <summary>float32, as the model does.</summary>
    Float32,

    /// <summary>float16: half the size.</summary>
    Float16,

    /// <summary>Weights in int8, activations in uint8: a quarter of the size.</summary>
    Int8,
}
