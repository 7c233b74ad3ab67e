using static TorchSharp.torch;

namespace PetBreeds.Models.Weights;

/// <summary>The element types of weight files, with their size and their names in PyTorch and in safetensors.</summary>
internal static class ElementTypes
{
    private static readonly (ScalarType DType, int Size, string Storage, string? SafeTensors)[] Known =
    [
        (ScalarType.Byte, 1, "ByteStorage", "U8"),
        (ScalarType.Int8, 1, "CharStorage", "I8"),
        (ScalarType.Int16, 2, "ShortStorage", "I16"),
        (ScalarType.Int32, 4, "IntStorage", "I32"),
        (ScalarType.Int64, 8, "LongStorage", "I64"),
        (ScalarType.Float16, 2, "HalfStorage", "F16"),
        (ScalarType.BFloat16, 2, "BFloat16Storage", "BF16"),
        (ScalarType.Float32, 4, "FloatStorage", "F32"),
        (ScalarType.Float64, 8, "DoubleStorage", "F64"),
        (ScalarType.ComplexFloat32, 8, "ComplexFloatStorage", "C64"),
        (ScalarType.ComplexFloat64, 16, "ComplexDoubleStorage", null),
        (ScalarType.Bool, 1, "BoolStorage", "BOOL"),
    ];

    /// <summary>Bytes per element.</summary>
    public static int ByteSize(this ScalarType dtype) => Known.First(k => k.DType == dtype).Size;

    /// <summary>Whether it can hold weights: real floating-point numbers.</summary>
    public static bool IsFloating(this ScalarType dtype) =>
        dtype is ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64;

    /// <summary>The name in a safetensors header, or null if the format has none.</summary>
    public static string? SafeTensorsName(this ScalarType dtype) => Known.FirstOrDefault(k => k.DType == dtype).SafeTensors;

    /// <summary>The type of a safetensors name, or null.</summary>
    public static ScalarType? FromSafeTensors(string? name) => Find(k => k.SafeTensors is not null && k.SafeTensors == name);

    /// <summary>The type of a PyTorch storage class such as <c>FloatStorage</c>, or null.</summary>
    public static ScalarType? FromStorage(string name) => Find(k => k.Storage == name);

    private static ScalarType? Find(Predicate<(ScalarType DType, int Size, string Storage, string? SafeTensors)> matches) =>
        Array.FindIndex(Known, matches) is var at and >= 0 ? Known[at].DType : null;
}
