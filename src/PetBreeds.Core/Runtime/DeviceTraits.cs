using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace PetBreeds.Runtime;

/// <summary>In what the kinds of devices differ, in one place.</summary>
internal readonly record struct DeviceTraits
{
    private const int StepsBetweenReads = 16;

    private readonly DeviceType _type;

    private DeviceTraits(Device device) => _type = device.type;

    /// <summary>Whether the network is computed on the processor, in the memory that photos are decoded to.</summary>
    public bool IsCpu => _type == DeviceType.CPU;

    /// <summary>Whether it is a GPU of NVIDIA's, with its own allocator and streams.</summary>
    public bool IsCuda => _type == DeviceType.CUDA;

    /// <summary>The widest type of floating-point numbers: Metal has no float64.</summary>
    public ScalarType WidestFloat => _type == DeviceType.MPS ? ScalarType.Float32 : ScalarType.Float64;

    /// <summary>Whether libtorch has kernels that update all parameters in one call.</summary>
    public bool HasFusedAdam => IsCpu || IsCuda;

    /// <summary>Whether batches are made in memory that the device can fetch from while the processor goes on.</summary>
    public bool PinsMemory => IsCuda;

    /// <summary>Losses are read after so many steps: reading is free on a processor and makes a GPU wait.</summary>
    public int ReadEvery => IsCpu ? 1 : StepsBetweenReads;

    /// <summary>Of a device.</summary>
    public static DeviceTraits Of(Device device) => new(device);

    /// <summary>
    /// Whether channels last is the faster order. Tensor cores multiply it as it is (cuDNN converts what comes channels first). On x64
    /// processors, too, oneDNN's convolutions are faster on it: a training step at 224 took .61 (ResNet18, 16 photos), .77 (32), .67
    /// (ResNet50, 16) and .65 (32) times as long, both ways in one run on 2 cores with AVX-512. Elsewhere it has not been measured.
    /// </summary>
    public bool ChannelsLastPays(Precision precision) => _type switch
    {
        DeviceType.CUDA => precision != Precision.Float32,
        DeviceType.CPU => RuntimeInformation.ProcessArchitecture == Architecture.X64,
        _ => false,
    };

    /// <summary>Waits until the device has done what it was given.</summary>
    public void Synchronize()
    {
        if (IsCuda)
            cuda.synchronize();
    }
}
