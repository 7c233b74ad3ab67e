using System.Runtime.CompilerServices;
using PetBreeds.Runtime;

namespace PetBreeds.Tests;

internal static class TorchLoading
{
    /// <summary>Every test may use torch: it is loaded before the first of them.</summary>
    [ModuleInitializer]
    internal static void Load() => TorchRuntime.EnsureLoaded();
}
