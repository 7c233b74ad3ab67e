using TorchSharp;
using static TorchSharp.torch;

namespace PetBreeds.Runtime;

/// <summary>
/// The one way in which training and validation read numbers off the device: the host waits until the device has done all it was given, so it must be rare.
/// Reads are counted, and a test checks that there is no other way.
/// </summary>
public static class HostRead
{
    [ThreadStatic]
    private static long _count;

    /// <summary>Reads of this thread so far.</summary>
    public static long Count => _count;

    /// <summary>All numbers of a float32 tensor.</summary>
    public static float[] Floats(Tensor tensor) => Read<float>(tensor);

    /// <summary>All numbers of a float64 tensor.</summary>
    public static double[] Doubles(Tensor tensor) => Read<double>(tensor);

    private static T[] Read<T>(Tensor tensor) where T : unmanaged
    {
        _count++;
        using var host = tensor.detach().to(CPU);
        return host.data<T>().ToArray();
    }
}
