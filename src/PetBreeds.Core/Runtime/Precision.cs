using TorchSharp;
using static TorchSharp.torch;

namespace PetBreeds.Runtime;

/// <summary>The number format of convolutions and matrix products; weights, optimizer and loss are float32 in all three.</summary>
public enum Precision
{
    /// <summary>float32 throughout.</summary>
    Float32,

    /// <summary>bfloat16: float32's range with 8 bits of precision, so that gradients need no scaling.</summary>
    BFloat16,

    /// <summary>float16: 11 bits of precision, but nothing below 6e-8: gradients must be scaled up.</summary>
    Float16,
}

/// <summary>Names of precisions, and the choice among them.</summary>
public static class Precisions
{
    private const int FirstWithTensorCores = 7; // Volta
    private const int FirstWithBFloat16 = 8; // Ampere

    /// <summary>What a user may ask for.</summary>
    public static IReadOnlyList<string> Choices { get; } = ["auto", "fp32", "bf16", "fp16"];

    /// <summary>The short name: fp32, bf16 or fp16.</summary>
    public static string Name(this Precision precision) => precision switch
    {
        Precision.BFloat16 => "bf16",
        Precision.Float16 => "fp16",
        _ => "fp32",
    };

    /// <summary>Finds a precision by name.</summary>
    /// <param name="name">One of <see cref="Choices"/>.</param>
    /// <param name="device">Where it is to be used.</param>
    /// <exception cref="UserException">The device does not offer it.</exception>
    public static Precision Resolve(string name, Device device) => name switch
    {
        "auto" => Fastest(device),
        "fp32" => Precision.Float32,
        _ when device.type == DeviceType.MPS => throw new UserException(
            $"half precision ({name}) is not offered on Metal (mps)", "--precision", "Use --precision auto or fp32."),
        "bf16" => Precision.BFloat16,
        "fp16" => Precision.Float16,
        _ => throw new UserException($"'{name}' is no precision", "--precision", $"Choose one of {string.Join(", ", Choices)}."),
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
