using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace PetBreeds.Runtime;

/// <summary>The differences between kinds of devices, in one place.</summary>
internal readonly record struct DeviceTraits
{
    private const int StepsBetweenReads = 16;

    private readonly DeviceType _type;

    private DeviceTraits(Device device) => _type = device.type;

    /// <summary>Whether it is the CPU, whose memory photos are decoded to.</summary>
    public bool IsCpu => _type == DeviceType.CPU;

    /// <summary>Whether it is an NVIDIA GPU, with its own allocator and streams.</summary>
    public bool IsCuda => _type == DeviceType.CUDA;

    /// <summary>The widest floating-point type: Metal has no float64.</summary>
    public ScalarType WidestFloat => _type == DeviceType.MPS ? ScalarType.Float32 : ScalarType.Float64;

    /// <summary>Whether libtorch has kernels that update all parameters in one call.</summary>
    public bool HasFusedAdam => IsCpu || IsCuda;

    /// <summary>Whether batches are created in pinned memory, from which the device copies asynchronously.</summary>
    public bool PinsMemory => IsCuda;

    /// <summary>Number of steps after which losses are read: reading is free on a CPU, but synchronises a GPU.</summary>
    public int ReadEvery => IsCpu ? 1 : StepsBetweenReads;

    /// <summary>The traits of a device.</summary>
    public static DeviceTraits Of(Device device) => new(device);

    /// <summary>
    /// Whether channels last is the faster memory format. Tensor cores use it directly (cuDNN converts channels-first input). On x64 CPUs,
    /// oneDNN's convolutions are also faster with it: a training step at 224 took .61 (ResNet18, 16 photos), .77 (32), .67 (ResNet50, 16)
    /// and .65 (32) times as long, with both formats in one run on 2 cores with AVX-512. It has not been measured elsewhere.
    /// </summary>
    public bool ChannelsLastPays(Precision precision) => _type switch
    {
        DeviceType.CUDA => precision != Precision.Float32,
        DeviceType.CPU => RuntimeInformation.ProcessArchitecture == Architecture.X64,
        _ => false,
    };

    /// <summary>Waits until the device has finished all its work.</summary>
    public void Synchronize()
    {
        if (IsCuda)
            cuda.synchronize();
    }
}
