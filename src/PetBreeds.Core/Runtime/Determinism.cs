namespace PetBreeds.Runtime;

/// <summary>
/// Asks libtorch for algorithms whose result does not depend on the order of threads (PyTorch's <c>use_deterministic_algorithms</c> with
/// <c>warn_only</c>, <c>cudnn.deterministic</c>). On a CPU all that is used here is deterministic anyway; on a GPU it costs some speed.
/// </summary>
/// <remarks>TorchSharp does not wrap it: libtorch's C++ functions are called by the names that GCC and Clang give them.</remarks>
internal static unsafe class Determinism
{
    /// <summary>Whether it is asked for.</summary>
    public static bool IsOn => ((delegate* unmanaged<nint, byte>)Export("_ZNK2at7Context23deterministicAlgorithmsEv"))(Context()) != 0;

    /// <summary>Asks for it, or no longer. To be called before the GPU is first used.</summary>
    /// <exception cref="UserException">It cannot be had on Windows.</exception>
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
            TorchRuntime.SetEnvironment("CUBLAS_WORKSPACE_CONFIG", ":4096:8"); // cuBLAS reads it when it is first used
    }

    private static nint Context() => ((delegate* unmanaged<nint>)Export("_ZN2at13globalContextEv"))();

    private static nint Export(string name) => TorchRuntime.Export(name);
}
