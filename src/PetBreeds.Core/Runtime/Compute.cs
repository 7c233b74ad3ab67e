using TorchSharp;
using static TorchSharp.torch;

namespace PetBreeds.Runtime;

/// <summary>Where a network is computed, and how.</summary>
/// <param name="Device">The device.</param>
/// <param name="Precision">Of convolutions and matrix products.</param>
/// <param name="ChannelsLast">Whether pictures and convolution weights have the channels of a pixel side by side.</param>
public sealed record Compute(Device Device, Precision Precision, bool ChannelsLast)
{
    /// <summary>A device with a precision that was asked for, and the memory order that is fastest with them.</summary>
    /// <exception cref="UserException">The device does not offer the precision.</exception>
    public static Compute Choose(Device device, string precision)
    {
        var resolved = Precisions.Resolve(precision, device);
        return new(device, resolved, MemoryFormat.ChannelsLastPays(device, resolved));
    }

    /// <summary>
    /// For predictions: float32 on a processor, where a few photos gain nothing from half precision, and what is fastest elsewhere.
    /// </summary>
    public static Compute ForPrediction(Device device) => Choose(device, device.type == DeviceType.CPU ? "fp32" : "auto");

    /// <summary>Moves a network to its device and brings it in order: before an optimizer is made over it.</summary>
    public void Place(nn.Module network)
    {
        network.to(Device);
        if (ChannelsLast)
            MemoryFormat.ToChannelsLast(network);
    }

    /// <summary>Such as "cuda in bf16, channels last".</summary>
    public override string ToString() => $"{Device} in {Precision.Name()}{(ChannelsLast ? ", channels last" : "")}";
}
