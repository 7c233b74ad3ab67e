using System.Runtime.Serialization;
using TorchSharp;
using static TorchSharp.torch;

namespace PetBreeds.Runtime;

/// <summary>The number format of convolutions and matrix products; weights, optimizer and loss are always float32.</summary>
public enum Precision
{
    /// <summary>float32 throughout.</summary>
    [EnumMember(Value = "fp32")]
    Float32,

    /// <summary>bfloat16: float32's range with 8 bits of precision, so gradients need no scaling.</summary>
    [EnumMember(Value = "bf16")]
    BFloat16,

    /// <summary>float16: 11 bits of precision, but no values below 6e-8, so gradients must be scaled up.</summary>
    [EnumMember(Value = "fp16")]
    Float16,
}

/// <summary>Chooses precisions.</summary>
internal static class Precisions
{
    private const int FirstWithTensorCores = 7; // Volta
    private const int FirstWithBFloat16 = 8; // Ampere

    /// <summary>Returns the requested precision, or the fastest one that is safe on a device.</summary>
    /// <param name="asked">The requested precision; null for the fastest.</param>
    /// <param name="device">The device.</param>
    /// <exception cref="UserException">The device does not support it.</exception>
    public static Precision Resolve(Precision? asked, Device device) => asked switch
    {
        null => Fastest(device),
        Precision.BFloat16 or Precision.Float16 when device.type == DeviceType.MPS => throw new UserException(
            $"half precision ({asked.Value.Name()}) is not offered on Metal (mps)", "`precision`",
            "Use `precision auto` or `precision fp32`."),
        { } precision => precision,
    };

    /// <summary>
    /// The fastest precision on a device. Tensor cores multiply both half-precision formats at the same speed (NVIDIA A100 whitepaper,
    /// table 3), so from Ampere on it is bfloat16, which can neither overflow nor lose small gradients and needs no scaling; Volta and
    /// Turing only have float16; before them, half precision has no benefit. A CPU only benefits if it has instructions for bfloat16
    /// (without them, it was measured to be 2.2 to 2.5 times slower than float32).
    /// </summary>
    private static Precision Fastest(Device device) => device.type switch
    {
        DeviceType.CUDA => ForCuda(CudaDriver.ComputeCapability(Math.Max(0, device.index))),
        DeviceType.CPU when CpuFeatures.Detect().FastBFloat16 => Precision.BFloat16,
        _ => Precision.Float32,
    };

    /// <param name="capability">Compute capability; null if the driver does not tell.</param>
    internal static Precision ForCuda((int Major, int Minor)? capability) => capability?.Major switch
    {
        >= FirstWithBFloat16 => Precision.BFloat16,
        >= FirstWithTensorCores or null => Precision.Float16,
        _ => Precision.Float32,
    };
}
