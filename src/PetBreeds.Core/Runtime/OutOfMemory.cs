using System.Runtime.InteropServices;

namespace PetBreeds.Runtime;

/// <summary>Tells libtorch's memory errors from others.</summary>
internal static class OutOfMemory
{
    private static readonly string[] Signs =
    [
        "out of memory", // CUDA, MPS, cuDNN's workspace
        "not enough memory", // the processor's allocator (c10/core/impl/alloc_cpu.cpp)
        "CUDNN_STATUS_ALLOC_FAILED",
        "CUBLAS_STATUS_ALLOC_FAILED",
    ];

    /// <summary>Whether an exception says that a tensor found no room.</summary>
    public static bool Is(Exception error) => error is OutOfMemoryException
        || (error is ExternalException && Signs.Any(sign => error.Message.Contains(sign, StringComparison.OrdinalIgnoreCase)));
}
