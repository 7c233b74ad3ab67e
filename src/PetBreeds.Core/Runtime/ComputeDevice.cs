using System.Globalization;
using TorchSharp;

namespace PetBreeds.Runtime;

/// <summary>Where to compute, as asked for: whether this machine has it is checked when it is used.</summary>
public readonly record struct ComputeDevice
{
    private ComputeDevice(DeviceType kind, int? index = null) => (Kind, Index) = (kind, index);

    /// <summary>A GPU if there is one, otherwise the CPU.</summary>
    public static ComputeDevice Auto { get; }

    /// <summary>The CPU.</summary>
    public static ComputeDevice Cpu { get; } = new(DeviceType.CPU);

    /// <summary>Apple's GPU.</summary>
    public static ComputeDevice Mps { get; } = new(DeviceType.MPS);

    /// <summary>An NVIDIA GPU.</summary>
    /// <param name="index">Which one, from 0; null for CUDA's current device.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is negative.</exception>
    public static ComputeDevice Cuda(int? index = null)
    {
        if (index is { } number)
            ArgumentOutOfRangeException.ThrowIfNegative(number, nameof(index));
        return new(DeviceType.CUDA, index);
    }

    /// <summary>libtorch's device.</summary>
    internal static ComputeDevice Of(torch.Device device) => new(device.type, device.index < 0 ? null : device.index);

    /// <summary>The kind of device; null for <see cref="Auto"/>.</summary>
    internal DeviceType? Kind { get; }

    /// <summary>Which GPU, from 0; null for the current one.</summary>
    internal int? Index { get; }

    /// <summary>Reads "auto", "cpu", "cuda", "cuda:N" or "mps".</summary>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static ComputeDevice Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split(':') switch
        {
            ["auto"] => Auto,
            ["cpu"] => Cpu,
            ["mps"] => Mps,
            ["cuda"] => Cuda(),
            ["cuda", var index] when int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => Cuda(number),
            _ => throw new FormatException($"'{text}' is not one of auto, cpu, cuda, cuda:0, cuda:1, …, mps"),
        };
    }

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Kind is not { } kind ? "auto"
        : kind.ToString().ToLowerInvariant() + (Index is { } index ? string.Create(CultureInfo.InvariantCulture, $":{index}") : "");
}
