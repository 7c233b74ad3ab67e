using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Distributed;

/// <summary>Where a tensor's values lie, on whatever device; TorchSharp tells that of CPU tensors of up to 2 GiB only.</summary>
internal static unsafe class TensorData
{
    private static readonly delegate* unmanaged<nint, void**, int> GetDataPointer =
        (delegate* unmanaged<nint, void**, int>)TorchRuntime.Export("aoti_torch_get_data_ptr");

    /// <summary>The address of the first value. The tensor must be kept alive while it is used.</summary>
    public static void* Address(Tensor contiguous)
    {
        if (!contiguous.is_contiguous())
            throw new ArgumentException("the tensor is not contiguous", nameof(contiguous));
        void* address;
        return GetDataPointer(contiguous.Handle, &address) == 0 ? address
            : throw new InvalidOperationException("libtorch does not say where a tensor lies; its message is on standard error");
    }
}
