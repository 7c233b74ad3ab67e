using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace PetBreeds.Runtime;

/// <summary>The features of the CPU that matter to libtorch.</summary>
/// <param name="VectorUnits">"AVX-512", "AVX2", "NEON" or "baseline".</param>
/// <param name="FastBFloat16">Whether bfloat16 is multiplied in hardware (AVX512_BF16 or AMX); otherwise it is slower than float32.</param>
/// <param name="FastFloat16">Whether float16 is multiplied in hardware (AVX512_FP16 or AMX_FP16).</param>
internal sealed record CpuFeatures(string VectorUnits, bool FastBFloat16, bool FastFloat16)
{
    /// <summary>Whether a precision is no slower than float32.</summary>
    public bool IsFast(Precision precision) => precision switch
    {
        Precision.BFloat16 => FastBFloat16,
        Precision.Float16 => FastFloat16,
        _ => true,
    };

    /// <summary>Detects the features of the current CPU.</summary>
    public static CpuFeatures Detect()
    {
        if (RuntimeInformation.ProcessArchitecture == Architecture.Arm64)
            return new("NEON", false, false); // Apple's cores have bf16, but libtorch's CPU kernels gain nothing from it
        if (!X86Base.IsSupported)
            return new("baseline", false, false);
        // Intel's Software Developer's Manual, volume 2A, CPUID leaf 7.
        var (_, _, _, edx) = X86Base.CpuId(7, 0);
        var (eax, _, _, _) = X86Base.CpuId(7, 1);
        var amx = Bit(edx, 24);
        if (OneDnn.IsBlind)
            return new("AVX2 (no more: this machine hides its caches, and oneDNN would be wrong)", false, false);
        return new(
            Avx512BW.IsSupported ? "AVX-512" : Avx2.IsSupported ? "AVX2" : "baseline",
            Bit(eax, 5) || (amx && Bit(edx, 22)),
            Bit(edx, 23) || (amx && Bit(eax, 21)));

        static bool Bit(int register, int bit) => ((register >> bit) & 1) != 0;
    }
}
