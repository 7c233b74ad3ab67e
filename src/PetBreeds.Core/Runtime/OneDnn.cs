using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace PetBreeds.Runtime;

/// <summary>
/// Works around a bug in oneDNN, libtorch's library for convolutions on CPUs. In virtual machines that hide the CPU's caches from CPUID
/// (observed on AMD Zen 5 with libtorch 2.10), its AVX-512 convolutions are wrong by several percent (1×1 ones with channels last, and
/// small ones in bfloat16), and for some numbers of channels, which every ResNet50 has, its estimate of block sizes (<c>est_eff_1x1</c>,
/// also with AVX2) divides by zero, so that the process dies with SIGFPE.
/// </summary>
internal static class OneDnn
{
    private const string LimitName = "ONEDNN_MAX_CPU_ISA", Limit = "AVX2";

    private static readonly Lazy<bool> Wrong = new(() => IsBlind || !IsRight(stride: 1) || !IsRight(stride: 2));

    /// <summary>Whether oneDNN cannot see the CPU's caches.</summary>
    public static bool IsBlind { get; } = !SeesCaches();

    /// <summary>
    /// Limits a blind oneDNN to AVX2, whatever the environment says: slower, but correct. Call it before libtorch is loaded. Linux only.
    /// </summary>
    public static void LimitIsa()
    {
        if (IsBlind && OperatingSystem.IsLinux()
            && Environment.GetEnvironmentVariable(LimitName)?.ToUpperInvariant() is not ("SSE41" or "AVX" or Limit))
            TorchRuntime.SetEnvironment(LimitName, Limit, overwrite: true);
    }

    /// <summary>
    /// Whether 1×1 convolutions on the CPU must be computed as matrix products instead. Checked once, which takes milliseconds.
    /// </summary>
    public static bool Avoid1x1 => Wrong.Value;

    /// <summary>Reads CPUID leaf 4, or 8000001DH on AMD: the lowest bits of its first entry are zero if no cache is described.</summary>
    private static bool SeesCaches()
    {
        if (!X86Base.IsSupported)
            return true;
        const int Authentic = 0x68747541, Hygon = 0x6F677948; // the first four letters of AuthenticAMD and HygonGenuine
        var (_, vendor, _, _) = X86Base.CpuId(0, 0);
        var (first, _, _, _) = X86Base.CpuId(vendor is Authentic or Hygon ? unchecked((int)0x8000001D) : 4, 0);
        return (first & 0x1F) != 0;
    }

    /// <summary>
    /// Compares a convolution as in ResNet18, whose numbers of channels are none of those that crash, with the equivalent matrix product.
    /// </summary>
    internal static bool IsRight(int stride)
    {
        using var noGradients = no_grad();
        using var single = Autocast.Pause(CPU); // the first caller may be in a training step
        using var scope = NewDisposeScope();
        var input = TensorMath.Arange(2 * 64 * 16 * 16).Mul(.37).sin().reshape(2, 64, 16, 16).ChannelsLast();
        var weight = TensorMath.Arange(128 * 64).Mul(.73).cos().reshape(128, 64, 1, 1).ChannelsLast();
        var expected = Product(input, weight, stride);
        var error = nn.functional.conv2d(input, weight, strides: [stride, stride]).sub(expected).norm().div(expected.norm());
        return error.item<float>() < 1e-4f; // false for NaN, too
    }

    /// <summary>
    /// Computes a 1×1 convolution as a matrix product: each pixel's channels times the weights. float [N, from, H, W] and [to, from, 1, 1]
    /// → [N, to, ⌈H/stride⌉, ⌈W/stride⌉], channels last.
    /// </summary>
    public static Tensor Product(Tensor input, Tensor weight, long stride)
    {
        using var scope = NewDisposeScope();
        var pixels = (stride == 1 ? input
            : input.slice(2, 0, input.shape[2], stride).slice(3, 0, input.shape[3], stride)).permute(0, 2, 3, 1);
        return nn.functional.linear(pixels, weight.flatten(1)).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
