using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace PetBreeds.Models.Weights;

/// <summary>Copies bytes to and from a tensor's memory.</summary>
internal static unsafe class TensorBytes
{
    /// <summary>
    /// The address of a contiguous CPU tensor's first element; valid while the tensor lives. The tensor must not be empty.
    /// </summary>
    /// <remarks><c>Tensor.bytes</c> is a span, limited to 2 GB, so only its first element is used.</remarks>
    public static byte* Address(Tensor tensor)
    {
        using var flat = tensor.view(-1);
        using var first = flat.narrow(0, 0, 1);
        return (byte*)Unsafe.AsPointer(ref first.bytes[0]);
    }

    /// <summary>Copies the elements of a strided view to <paramref name="target"/> in row-major order.</summary>
    public static void Gather(byte* source, byte* target, int elementSize, ReadOnlySpan<long> shape, ReadOnlySpan<long> strides)
    {
        switch (elementSize)
        {
            case 1: Gather<byte>(source, ref target, shape, strides); break;
            case 2: Gather<ushort>(source, ref target, shape, strides); break;
            case 4: Gather<uint>(source, ref target, shape, strides); break;
            case 8: Gather<ulong>(source, ref target, shape, strides); break;
            default: Gather<UInt128>(source, ref target, shape, strides); break;
        }
    }

    // Unaligned reads: a storage may start at any byte of the file.
    private static void Gather<T>(byte* source, ref byte* target, ReadOnlySpan<long> shape, ReadOnlySpan<long> strides) where T : unmanaged
    {
        if (shape.IsEmpty)
        {
            Unsafe.WriteUnaligned(target, Unsafe.ReadUnaligned<T>(source));
            target += sizeof(T);
            return;
        }
        var step = strides[0] * sizeof(T);
        for (long i = 0; i < shape[0]; i++)
            Gather<T>(source + (i * step), ref target, shape[1..], strides[1..]);
    }
}
