namespace PetBreeds.Runtime;

/// <summary>
/// libtorch's C functions for calling an operator by name (torch/csrc/inductor/aoti_torch/c/shim.h, torch/csrc/stable/c/shim.h). Each
/// returns 0, or 1 after writing what went wrong to standard error. A tensor handle is an <c>at::Tensor*</c>, as in TorchSharp.
/// </summary>
internal static unsafe class LibTorch
{
    /// <summary>(operator, overload, stack): pops the arguments from the stack and pushes the results.</summary>
    public static readonly delegate* unmanaged<byte*, byte*, ulong*, int> CallDispatcher =
        (delegate* unmanaged<byte*, byte*, ulong*, int>)TorchRuntime.Export("aoti_torch_call_dispatcher");

    /// <summary>(tensor, new handle): creates another handle of the same tensor.</summary>
    public static readonly delegate* unmanaged<nint, nint*, int> NewTensorHandle =
        (delegate* unmanaged<nint, nint*, int>)TorchRuntime.Export("aoti_torch_new_tensor_handle");

    /// <summary>Frees a tensor handle.</summary>
    public static readonly delegate* unmanaged<nint, int> DeleteTensorHandle =
        (delegate* unmanaged<nint, int>)TorchRuntime.Export("aoti_torch_delete_tensor_object");

    /// <summary>(capacity, new list): creates a list.</summary>
    public static readonly delegate* unmanaged<nuint, nint*, int> NewList =
        (delegate* unmanaged<nuint, nint*, int>)TorchRuntime.Export("torch_new_list_reserve_size");

    /// <summary>(list, element): appends an element.</summary>
    public static readonly delegate* unmanaged<nint, ulong, int> ListPush =
        (delegate* unmanaged<nint, ulong, int>)TorchRuntime.Export("torch_list_push_back");

    /// <summary>(list, index, element): gets an element.</summary>
    public static readonly delegate* unmanaged<nint, nuint, ulong*, int> ListItem =
        (delegate* unmanaged<nint, nuint, ulong*, int>)TorchRuntime.Export("torch_list_get_item");

    /// <summary>(list, length): gets the length.</summary>
    public static readonly delegate* unmanaged<nint, nuint*, int> ListLength =
        (delegate* unmanaged<nint, nuint*, int>)TorchRuntime.Export("torch_list_size");

    /// <summary>Frees a list, but not what its elements point to.</summary>
    public static readonly delegate* unmanaged<nint, int> DeleteList =
        (delegate* unmanaged<nint, int>)TorchRuntime.Export("torch_delete_list");
}
