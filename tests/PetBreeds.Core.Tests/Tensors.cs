using System.Text.Json;
using TorchSharp;

namespace PetBreeds.Tests;

internal static class Tensors
{
    /// <summary>
    /// A JSON array of numbers, however deep: float32. The scope keeps the parts alive until they are stacked; without it the finaliser may
    /// free them while libtorch reads them, and the process dies.
    /// </summary>
    public static torch.Tensor Of(JsonElement array)
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor whole = array[0].ValueKind == JsonValueKind.Array
            ? torch.stack(array.EnumerateArray().Select(Of).ToArray())
            : torch.tensor(array.EnumerateArray().Select(value => value.GetSingle()).ToArray());
        return whole.MoveToOuterDisposeScope();
    }

    /// <summary>Equal in shape, type and every bit but the sign of zero.</summary>
    public static bool Same(torch.Tensor a, torch.Tensor b) =>
        a.dtype == b.dtype && a.shape.SequenceEqual(b.shape) && a.eq(b).all().item<bool>();


    public static bool IsFinite(torch.Tensor a) => !a.is_floating_point() || a.isfinite().all().item<bool>();
}
