using TorchSharp;
using static TorchSharp.torch;

namespace PetBreeds.Runtime;

/// <summary>Finds the devices on which tensors are stored and computed.</summary>
internal static class Devices
{
    /// <summary>Finds a device by name.</summary>
    /// <param name="name">The name: "auto" (a GPU if there is one), "cpu", "cuda", "cuda:N" or "mps".</param>
    /// <exception cref="UserException">The name is none of these, or this machine or build has no such device.</exception>
    public static Device Resolve(string name)
    {
        TorchRuntime.EnsureLoaded();
        switch (name.Split(':'))
        {
            case ["auto"]:
                return cuda.is_available() ? CUDA : HasMps() ? MPS : CPU;
            case ["cpu"]:
                return CPU;
            case ["mps"]:
                return HasMps() ? MPS : throw Missing(name, "Metal (mps) needs a Mac with an Apple GPU.");
            case ["cuda"]:
                return cuda.is_available() ? CUDA : throw NoCuda(name);
            case ["cuda", var index] when int.TryParse(index, out var number) && number >= 0:
                if (!cuda.is_available())
                    throw NoCuda(name);
                return number < cuda.device_count()
                    ? device(DeviceType.CUDA, number)
                    : throw Missing(name, $"There are {cuda.device_count()} CUDA devices, counted from 0.");
            default:
                throw new UserException($"'{name}' is not a device", "`device`", "Choose auto, cpu, cuda, cuda:0, cuda:1, … or mps.");
        }
    }

    /// <summary>All devices of this machine that this build can use: "cpu", "cuda:0", …</summary>
    public static IReadOnlyList<string> All()
    {
        TorchRuntime.EnsureLoaded();
        List<string> names = ["cpu"];
        if (cuda.is_available())
            names.AddRange(Enumerable.Range(0, cuda.device_count()).Select(i => $"cuda:{i}"));
        if (HasMps())
            names.Add("mps");
        return names;
    }

    private static bool HasMps() => OperatingSystem.IsMacOS() && mps_is_available();

    private static UserException NoCuda(string name) => Missing(name,
        "Build with -p:TorchBackend=cuda or point PETBREEDS_LIBTORCH at a libtorch with CUDA, and install NVIDIA's driver; or "
            + "use `device cpu`.");

    private static UserException Missing(string name, string remedy) => new($"there is no device '{name}' here", "`device`", remedy);
}
