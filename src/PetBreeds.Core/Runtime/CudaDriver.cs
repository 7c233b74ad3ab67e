using System.Runtime.InteropServices;

namespace PetBreeds.Runtime;

/// <summary>Queries NVIDIA's driver about a GPU; TorchSharp has no API for it.</summary>
internal static unsafe class CudaDriver
{
    private const int CapabilityMajor = 75, CapabilityMinor = 76; // CUdevice_attribute of cuda.h

    /// <summary>The compute capability, such as (8, 0) for an A100.</summary>
    /// <param name="device">Index of the device among the visible ones, as in libtorch.</param>
    /// <returns>The capability; null if there is no driver or no such device.</returns>
    public static (int Major, int Minor)? ComputeCapability(int device)
    {
        if (!NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out var driver))
            return null;
        if (!NativeLibrary.TryGetExport(driver, "cuInit", out var init)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGet", out var get)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGetAttribute", out var attribute))
            return null;
        int handle, major, minor;
        var ask = (delegate* unmanaged<int*, int, int, int>)attribute;
        return ((delegate* unmanaged<uint, int>)init)(0) == 0
            && ((delegate* unmanaged<int*, int, int>)get)(&handle, device) == 0
            && ask(&major, CapabilityMajor, handle) == 0
            && ask(&minor, CapabilityMinor, handle) == 0
                ? (major, minor)
                : null;
    }
}
