namespace PetBreeds.Export.Onnx;

/// <summary>What the network of an ONNX file computes in, where it is not float32.</summary>
internal abstract record Arithmetic
{
    private Arithmetic() { }

    /// <summary>Weights and activations in float16.</summary>
    public sealed record Float16 : Arithmetic;

    /// <summary>Weights in int8, activations in uint8.</summary>
    /// <param name="Ranges">The range of each activation.</param>
    public sealed record Int8(IReadOnlyDictionary<string, ValueRange> Ranges) : Arithmetic;
}
