using TorchSharp;
using static TorchSharp.torch;

namespace PetBreeds.Runtime;

/// <summary>Where a network is computed, and how.</summary>
/// <param name="Device">The device.</param>
/// <param name="Precision">Of convolutions and matrix products.</param>
/// <param name="ChannelsLast">Whether pictures and convolution weights have the channels of a pixel side by side.</param>
internal sealed record Compute(Device Device, Precision Precision, bool ChannelsLast)
{
    /// <summary>A device with a precision that was asked for, and the memory order that is fastest with them.</summary>
    /// <exception cref="UserException">The device does not offer the precision.</exception>
    public static Compute Choose(Device device, Precision? precision)
    {
        var resolved = Precisions.Resolve(precision, device);
        return new(device, resolved, DeviceTraits.Of(device).ChannelsLastPays(resolved));
    }

    /// <summary>
    /// For validation, evaluation and prediction: float32 on every device. A model then has one error, whatever it was trained in; half
    /// precision moves photos near a boundary between classes, and which ones depends on the size of the batch and on the processor.
    /// </summary>
    public static Compute ForPrediction(Device device) => Choose(device, Runtime.Precision.Float32);

    /// <summary>How a network that trains here is measured: in place, in float32 (see <see cref="ForPrediction"/>).</summary>
    public Compute ForMeasuring => this with { Precision = Precision.Float32 };

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
