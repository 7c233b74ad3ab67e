using static TorchSharp.torch;

namespace PetBreeds.Runtime;

/// <summary>
/// The only way in which training and validation read numbers from the device: the host waits until the device has finished all its work,
/// so it must be rare. Reads are counted, and a test checks that there is no other way.
/// </summary>
internal static class HostRead
{
    [ThreadStatic]
    private static long _count;

    /// <summary>Number of reads by this thread so far.</summary>
    public static long Count => _count;

    /// <summary>Returns all elements of a tensor of any numeric type.</summary>
    public static double[] Values(Tensor tensor)
    {
        if (tensor.numel() == 0)
            return [];
        _count++;
        using var scope = NewDisposeScope();
        return tensor.detach().to(CPU).to(ScalarType.Float64).data<double>().ToArray(); // Metal has no float64, so copy to the host first
    }
}
