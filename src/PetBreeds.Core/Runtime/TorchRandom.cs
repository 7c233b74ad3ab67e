using static TorchSharp.torch;

namespace PetBreeds.Runtime;

/// <summary>torch's own random numbers, which dropout draws from. They are shared by the whole process.</summary>
internal static class TorchRandom
{
    /// <summary>
    /// Starts the generators of the processor and of a GPU anew. <c>torch.manual_seed</c> of TorchSharp leaves the GPUs' alone. Done
    /// before each step with a seed made of the run's seed and the step, it makes dropout depend on these two: there is no state to save,
    /// and nothing drawn in between changes a run.
    /// </summary>
    public static void Seed(Device device, ulong seed)
    {
        using var generator = manual_seed((long)seed);
        if (DeviceTraits.Of(device).IsCuda)
            cuda.manual_seed_all((long)seed);
    }
}
