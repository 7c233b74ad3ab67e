using TorchSharp;

namespace PetBreeds.Tests;

internal static class Tensors
{
    /// <summary>Equal in shape, type and every bit but the sign of zero.</summary>
    public static bool Same(torch.Tensor a, torch.Tensor b) =>
        a.dtype == b.dtype && a.shape.SequenceEqual(b.shape) && a.eq(b).all().item<bool>();


    public static bool IsFinite(torch.Tensor a) => !a.is_floating_point() || a.isfinite().all().item<bool>();
}
