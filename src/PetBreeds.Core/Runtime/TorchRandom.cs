using static TorchSharp.torch;

namespace PetBreeds.Runtime;

/// <summary>torch's own random number generators, which dropout uses. They are shared by the whole process.</summary>
internal static class TorchRandom
{
    /// <summary>
    /// Reseeds the generators of the CPU and of a GPU; TorchSharp's <c>torch.manual_seed</c> does not reseed GPUs. Called before each step
    /// with a seed derived from the run's seed and the step, it makes dropout depend only on these two: there is no state to save, and
    /// other draws in between do not affect a run.
    /// </summary>
    public static void Seed(Device device, ulong seed)
    {
        using var generator = manual_seed((long)seed);
        if (DeviceTraits.Of(device).IsCuda)
            cuda.manual_seed_all((long)seed);
    }
}
