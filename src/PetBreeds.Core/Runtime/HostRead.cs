using static TorchSharp.torch;

namespace PetBreeds.Runtime;

/// <summary>
/// The one way in which training and validation read numbers off the device: the host waits until the device has done all it was given,
/// so it must be rare. Reads are counted, and a test checks that there is no other way.
/// </summary>
internal static class HostRead
{
    [ThreadStatic]
    private static long _count;

    /// <summary>Reads of this thread so far.</summary>
    public static long Count => _count;

    /// <summary>All numbers of a tensor of any number type.</summary>
    public static double[] Values(Tensor tensor)
    {
        if (tensor.numel() == 0)
            return [];
        _count++;
        using var scope = NewDisposeScope();
        return tensor.detach().to(CPU).to(ScalarType.Float64).data<double>().ToArray(); // Metal has no float64: first to the host
    }
}
