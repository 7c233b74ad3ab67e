using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace PetBreeds.Runtime;

/// <summary>
/// A fault of oneDNN, libtorch's library of convolutions on processors. In virtual machines that hide the processor's caches from CPUID
/// (seen: AMD Zen 5, libtorch 2.10) its convolutions with AVX-512 are wrong by several percent, 1×1 ones with channels last and small ones
/// in bfloat16, and for some numbers of channels, which every ResNet50 has, its estimate of block sizes (<c>est_eff_1x1</c>, with AVX2,
/// too) divides by zero: the process dies of SIGFPE.
/// </summary>
internal static class OneDnn
{
    private const string LimitName = "ONEDNN_MAX_CPU_ISA", Limit = "AVX2";

    private static readonly Lazy<bool> Wrong = new(() => IsBlind || !IsRight(stride: 1) || !IsRight(stride: 2));

    /// <summary>Whether oneDNN cannot see the processor's caches.</summary>
    public static bool IsBlind { get; } = !SeesCaches();

    /// <summary>
    /// Before libtorch is loaded: a blind oneDNN keeps to AVX2, whatever the environment says. Slower, and right. Linux only.
    /// </summary>
    public static void LimitIsa()
    {
        if (IsBlind && OperatingSystem.IsLinux()
            && Environment.GetEnvironmentVariable(LimitName)?.ToUpperInvariant() is not ("SSE41" or "AVX" or Limit))
            TorchRuntime.SetEnvironment(LimitName, Limit, overwrite: true);
    }

    /// <summary>
    /// Whether 1×1 convolutions on the processor are to be computed as products of matrices instead. Asked once, in milliseconds.
    /// </summary>
    public static bool Avoid1x1 => Wrong.Value;

    /// <summary>CPUID leaf 4, or 8000001DH of AMD: the lowest bits of its first entry are zero where no cache is described.</summary>
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
    /// A convolution as in ResNet18, whose numbers of channels are none of those that end the process, beside the product that it is.
    /// </summary>
    internal static bool IsRight(int stride)
    {
        using var noGradients = no_grad();
        using var single = Autocast.Pause(CPU); // the first to ask may be in a training step
        using var scope = NewDisposeScope();
        var input = TensorMath.Arange(2 * 64 * 16 * 16).Mul(.37).sin().reshape(2, 64, 16, 16).ChannelsLast();
        var weight = TensorMath.Arange(128 * 64).Mul(.73).cos().reshape(128, 64, 1, 1).ChannelsLast();
        var expected = Product(input, weight, stride);
        var error = nn.functional.conv2d(input, weight, strides: [stride, stride]).sub(expected).norm().div(expected.norm());
        return error.item<float>() < 1e-4f; // also where it is not a number
    }

    /// <summary>
    /// A 1×1 convolution as what it is: each pixel's channels times the weights. float [N, from, H, W] and [to, from, 1, 1] → [N, to,
    /// ⌈H/stride⌉, ⌈W/stride⌉], channels last.
    /// </summary>
    public static Tensor Product(Tensor input, Tensor weight, long stride)
    {
        using var scope = NewDisposeScope();
        var pixels = (stride == 1 ? input
            : input.slice(2, 0, input.shape[2], stride).slice(3, 0, input.shape[3], stride)).permute(0, 2, 3, 1);
        return nn.functional.linear(pixels, weight.flatten(1)).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
