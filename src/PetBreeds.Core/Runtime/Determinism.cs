namespace PetBreeds.Runtime;

/// <summary>
/// Makes libtorch use algorithms whose results do not depend on the order of threads (PyTorch's <c>use_deterministic_algorithms</c> with
/// <c>warn_only</c>, <c>cudnn.deterministic</c>). On a CPU, everything used here is deterministic anyway; on a GPU, it costs some speed.
/// </summary>
/// <remarks>TorchSharp does not wrap it: libtorch's C++ functions are called by their names as mangled by GCC and Clang.</remarks>
internal static unsafe class Determinism
{
    /// <summary>Whether deterministic algorithms are on.</summary>
    public static bool IsOn => ((delegate* unmanaged<nint, byte>)Export("_ZNK2at7Context23deterministicAlgorithmsEv"))(Context()) != 0;

    /// <summary>Turns deterministic algorithms on or off. Call it before the GPU is first used.</summary>
    /// <exception cref="UserException">It is not available on Windows.</exception>
    public static void Set(bool on)
    {
        if (OperatingSystem.IsWindows())
        {
            if (on)
                throw new UserException("unavailable on Windows", "`deterministic`",
                    "Leave it out; on a CPU, runs are deterministic without it.");
            return;
        }
        var context = Context();
        byte value = on ? (byte)1 : (byte)0;
        // 1: warn only
        ((delegate* unmanaged<nint, byte, byte, void>)Export("_ZN2at7Context26setDeterministicAlgorithmsEbb"))(context, value, 1);
        foreach (var name in new[] { "_ZN2at7Context21setDeterministicCuDNNEb", "_ZN2at7Context22setDeterministicMkldnnEb" })
            ((delegate* unmanaged<nint, byte, void>)Export(name))(context, value);
        if (on && OperatingSystem.IsLinux())
            TorchRuntime.SetEnvironment("CUBLAS_WORKSPACE_CONFIG", ":4096:8"); // cuBLAS reads it on first use
    }

    private static nint Context() => ((delegate* unmanaged<nint>)Export("_ZN2at13globalContextEv"))();

    private static nint Export(string name) => TorchRuntime.Export(name);
}
