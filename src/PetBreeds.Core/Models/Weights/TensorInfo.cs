using static TorchSharp.torch;

namespace PetBreeds.Models.Weights;

/// <summary>A tensor of a weight file, described but not read.</summary>
/// <param name="Name">Its name in the state dict, such as <c>layer1.0.conv1.weight</c>.</param>
/// <param name="DType">Its element type, as stored.</param>
/// <param name="Shape">Its dimensions, none for a scalar; their product fits in the file.</param>
internal sealed record TensorInfo(string Name, ScalarType DType, long[] Shape)
{
    /// <summary>
    /// Maximum dimensions of a tensor and tensors in a file: far beyond any model, but a limit on the memory a malicious file can use.
    /// </summary>
    internal const int MaxRank = 16, MaxCount = 200_000;

    /// <summary>Byte offset of the first element in the file.</summary>
    internal long Start { get; private init; }

    /// <summary>Distance in elements from one index to the next, for each dimension; never negative.</summary>
    internal long[] Strides { get; private init; } = [];

    /// <summary>Number of elements.</summary>
    internal long Count { get; private init; }

    /// <summary>Whether the elements are stored as they will be in memory: row-major, without gaps.</summary>
    internal bool IsContiguous
    {
        get
        {
            for (long dimension = Shape.Length - 1, expected = 1; dimension >= 0; expected *= Shape[dimension--])
            {
                if (Shape[dimension] != 1 && Strides[dimension] != expected)
                    return false;
            }
            return true;
        }
    }

    /// <summary>Creates a tensor after checking that all its elements lie inside its storage.</summary>
    /// <param name="file">The file, for its length and its name.</param>
    /// <param name="plain">The name, element type and dimensions.</param>
    /// <param name="strides">Strides in elements; null for row-major order.</param>
    /// <param name="first">Index of the first element in the storage.</param>
    /// <param name="storageStart">Byte offset of the storage in the file.</param>
    /// <param name="storageBytes">Size of the storage, which lies inside the file.</param>
    /// <exception cref="UserException">Dimensions, strides or offset are invalid or extend beyond the storage.</exception>
    internal static TensorInfo Place(
        MappedFile file, TensorInfo plain, long[]? strides, long first, long storageStart, long storageBytes)
    {
        var size = plain.DType.ByteSize();
        var count = CheckedCount(file, plain, size);
        strides ??= RowMajor(plain.Shape);
        if (strides.Length != plain.Shape.Length || first < 0)
            throw Wrong(file, plain, $"has {strides.Length} strides and the offset {first}");

        // Int128 holds any (dimension - 1) * stride + first; stopping at the first excess keeps the sum in range.
        var available = storageBytes / size;
        Int128 last = first;
        for (var d = 0; d < strides.Length && count > 0; d++)
        {
            if (strides[d] < 0)
                throw Wrong(file, plain, $"has the stride {strides[d]}");
            last += (Int128)(plain.Shape[d] - 1) * strides[d];
            if (last >= available)
                break;
        }
        if (count > 0 && last >= available)
            throw Wrong(file, plain, $"extends beyond its storage of {available} elements");

        return plain with { Strides = strides, Count = count, Start = count == 0 ? storageStart : storageStart + (first * size) };
    }

    private static long CheckedCount(MappedFile file, TensorInfo plain, int size)
    {
        Int128 bytes = size;
        var empty = false;
        foreach (var length in plain.Shape)
        {
            if (length < 0)
                throw Wrong(file, plain, $"has the dimension {length}");
            empty |= length == 0;
            bytes *= Math.Max(length, 1);
            if (bytes > long.MaxValue)
                throw Wrong(file, plain, "has more elements than fit in any memory");
        }
        // An expanded tensor (stride 0) may be larger than its storage, but the memory allocated for a tensor is limited to the size of the
        // file.
        if (!empty && bytes > file.Length)
            throw Wrong(file, plain, $"needs {bytes} bytes, more than the whole file has ({file.Length})");
        return empty ? 0 : (long)bytes / size;
    }

    private static long[] RowMajor(long[] shape)
    {
        var strides = new long[shape.Length];
        for (long d = shape.Length - 1, stride = 1; d >= 0; stride *= Math.Max(shape[d--], 1))
            strides[d] = stride;
        return strides;
    }

    private static UserException Wrong(MappedFile file, TensorInfo plain, string what) =>
        file.Damaged($"holds the tensor {MappedFile.Quote(plain.Name)} of shape {ShapeText(plain.Shape)}, which {what}");

    private static string ShapeText(long[] shape) =>
        shape.Length <= 8 ? $"[{string.Join(", ", shape)}]" : $"[{string.Join(", ", shape[..8])}, …]";
}
