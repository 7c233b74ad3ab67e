using TorchSharp;
using static TorchSharp.torch;

namespace PetBreeds.Runtime;

/// <summary>Finds the devices on which tensors are stored and computed.</summary>
internal static class Devices
{
    /// <summary>Finds the device that was asked for.</summary>
    /// <param name="wanted">The device.</param>
    /// <param name="localRank">
    /// Rank of this process among those of this machine: if no CUDA device is named, they take turns. 0 if it works alone.
    /// </param>
    /// <exception cref="UserException">This machine or build has no such device.</exception>
    public static Device Resolve(ComputeDevice wanted, int localRank = 0)
    {
        TorchRuntime.EnsureLoaded();
        switch (wanted.Kind)
        {
            case null:
                return cuda.is_available() ? Cuda(localRank) : HasMps() ? MPS : CPU;
            case DeviceType.MPS:
                return HasMps() ? MPS : throw Missing(wanted, "Metal (mps) needs a Mac with an Apple GPU.");
            case DeviceType.CUDA:
                if (!cuda.is_available())
                    throw NoCuda(wanted);
                return wanted.Index is not { } index ? Cuda(localRank)
                    : index < cuda.device_count() ? device(DeviceType.CUDA, index)
                    : throw Missing(wanted, $"There are {cuda.device_count()} CUDA devices, counted from 0.");
            default:
                return CPU;
        }
    }

    /// <summary>All devices of this machine that this build can use.</summary>
    public static IReadOnlyList<ComputeDevice> All()
    {
        TorchRuntime.EnsureLoaded();
        List<ComputeDevice> devices = [ComputeDevice.Cpu];
        if (cuda.is_available())
            devices.AddRange(Enumerable.Range(0, cuda.device_count()).Select(i => ComputeDevice.Cuda(i)));
        if (HasMps())
            devices.Add(ComputeDevice.Mps);
        return devices;
    }

    private static Device Cuda(int localRank) => localRank == 0 ? CUDA : device(DeviceType.CUDA, localRank % cuda.device_count());

    private static bool HasMps() => OperatingSystem.IsMacOS() && mps_is_available();

    private static UserException NoCuda(ComputeDevice wanted) => Missing(wanted,
        "Build with -p:TorchBackend=cuda or point PETBREEDS_LIBTORCH at a libtorch with CUDA, and install NVIDIA's driver; or "
            + "use `device cpu`.");

    private static UserException Missing(ComputeDevice wanted, string remedy) =>
        new($"there is no device '{wanted}' here", "`device`", remedy);
}
