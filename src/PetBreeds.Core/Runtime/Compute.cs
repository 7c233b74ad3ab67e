using TorchSharp;
using static TorchSharp.torch;

namespace PetBreeds.Runtime;

/// <summary>Where and how a network is computed.</summary>
/// <param name="Device">The device.</param>
/// <param name="Precision">The precision of convolutions and matrix products.</param>
/// <param name="ChannelsLast">Whether images and convolution weights are in channels-last memory format.</param>
internal sealed record Compute(Device Device, Precision Precision, bool ChannelsLast)
{
    /// <summary>Combines a device with the requested precision and the memory format that is fastest with them.</summary>
    /// <exception cref="UserException">The device does not support the precision.</exception>
    public static Compute Choose(Device device, Precision? precision)
    {
        var resolved = Precisions.Resolve(precision, device);
        return new(device, resolved, DeviceTraits.Of(device).ChannelsLastPays(resolved));
    }

    /// <summary>
    /// For validation, evaluation and prediction: float32 on every device. A model then has the same error, whatever its training
    /// precision; half precision changes predictions near class boundaries, and which ones depends on the batch size and the CPU.
    /// </summary>
    public static Compute ForPrediction(Device device) => Choose(device, Runtime.Precision.Float32);

    /// <summary>For evaluating a network that is trained here: in place, in float32 (see <see cref="ForPrediction"/>).</summary>
    public Compute ForMeasuring => this with { Precision = Precision.Float32 };

    /// <summary>Moves a network to the device and converts its memory format; call it before creating an optimizer for it.</summary>
    public void Place(nn.Module network)
    {
        network.to(Device);
        if (ChannelsLast)
            MemoryFormat.ToChannelsLast(network);
    }

    /// <summary>A description such as "cuda in bf16, channels last".</summary>
    public override string ToString() => $"{Device} in {Precision.Name()}{(ChannelsLast ? ", channels last" : "")}";
}
