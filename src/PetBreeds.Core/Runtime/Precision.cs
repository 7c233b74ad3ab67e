using System.Runtime.Serialization;
using TorchSharp;
using static TorchSharp.torch;

namespace PetBreeds.Runtime;

/// <summary>The number format of convolutions and matrix products; weights, optimizer and loss are float32 in all three.</summary>
public enum Precision
{
    /// <summary>float32 throughout.</summary>
    [EnumMember(Value = "fp32")]
    Float32,

    /// <summary>bfloat16: float32's range with 8 bits of precision, so that gradients need no scaling.</summary>
    [EnumMember(Value = "bf16")]
    BFloat16,

    /// <summary>float16: 11 bits of precision, but nothing below 6e-8: gradients must be scaled up.</summary>
    [EnumMember(Value = "fp16")]
    Float16,
}

/// <summary>The choice among precisions.</summary>
internal static class Precisions
{
    private const int FirstWithTensorCores = 7; // Volta
    private const int FirstWithBFloat16 = 8; // Ampere

    /// <summary>The precision that is asked for, or the fastest that is safe on a device.</summary>
    /// <param name="asked">Null: the fastest.</param>
    /// <param name="device">Where it is to be used.</param>
    /// <exception cref="UserException">The device does not offer it.</exception>
    public static Precision Resolve(Precision? asked, Device device) => asked switch
    {
        null => Fastest(device),
        Precision.BFloat16 or Precision.Float16 when device.type == DeviceType.MPS => throw new UserException(
            $"half precision ({asked.Value.Name()}) is not offered on Metal (mps)", "`precision`",
            "Use `precision auto` or `precision fp32`."),
        { } precision => precision,
    };

    /// <summary>
    /// What is fast on a device. A GPU with tensor cores multiplies both half formats at the same speed (NVIDIA A100 whitepaper, table
    /// 3), so from Ampere on it is bfloat16, which can neither overflow nor lose small gradients and needs no scaling; Volta and Turing
    /// have float16 only; before them half precision gains nothing. A processor gains only where it has instructions for bfloat16
    /// (measured elsewhere: 2.2 to 2.5 times slower than float32).
    /// </summary>
    private static Precision Fastest(Device device) => device.type switch
    {
        DeviceType.CUDA => ForCuda(CudaDriver.ComputeCapability(Math.Max(0, device.index))),
        DeviceType.CPU when CpuFeatures.Detect().FastBFloat16 => Precision.BFloat16,
        _ => Precision.Float32,
    };

    /// <param name="capability">Null where the driver does not tell.</param>
    internal static Precision ForCuda((int Major, int Minor)? capability) => capability?.Major switch
    {
        >= FirstWithBFloat16 => Precision.BFloat16,
        >= FirstWithTensorCores or null => Precision.Float16,
        _ => Precision.Float32,
    };
}
