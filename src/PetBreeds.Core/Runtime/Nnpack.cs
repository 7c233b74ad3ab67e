using System.Runtime.InteropServices;

namespace PetBreeds.Runtime;

/// <summary>NNPACK, libtorch's other library for convolutions on CPUs.</summary>
internal static unsafe class Nnpack
{
    /// <summary>
    /// Turns it off where the CPU's caches are hidden: it cannot start there, and would say so on the terminal at each convolution. Linux
    /// only.
    /// </summary>
    /// <param name="torchCpu">The loaded library torch_cpu.</param>
    public static void SilenceWhereBlind(nint torchCpu)
    {
        if (OneDnn.IsBlind && OperatingSystem.IsLinux()
            && NativeLibrary.TryGetExport(torchCpu, "_ZN2at13globalContextEv", out var context)
            && NativeLibrary.TryGetExport(torchCpu, "_ZN2at7Context20setUserEnabledNNPACKEb", out var set))
            ((delegate* unmanaged<nint, byte, void>)set)(((delegate* unmanaged<nint>)context)(), 0);
    }
}
