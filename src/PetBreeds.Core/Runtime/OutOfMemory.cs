using System.Runtime.InteropServices;

namespace PetBreeds.Runtime;

/// <summary>Distinguishes libtorch's out-of-memory errors from others.</summary>
internal static class OutOfMemory
{
    private static readonly string[] Signs =
    [
        "out of memory", // CUDA, MPS, cuDNN's workspace
        "not enough memory", // the CPU allocator (c10/core/impl/alloc_cpu.cpp)
        "CUDNN_STATUS_ALLOC_FAILED",
        "CUBLAS_STATUS_ALLOC_FAILED",
    ];

    /// <summary>Whether an exception means that a tensor could not be allocated.</summary>
    public static bool Is(Exception error) => error is OutOfMemoryException or OutOfMemoryElsewhereException
        || (error is ExternalException && Signs.Any(sign => error.Message.Contains(sign, StringComparison.OrdinalIgnoreCase)));
}

/// <summary>Another of the processes that train together ran out of memory, so this one must start over, too.</summary>
internal sealed class OutOfMemoryElsewhereException() : Exception("another process ran out of memory");
