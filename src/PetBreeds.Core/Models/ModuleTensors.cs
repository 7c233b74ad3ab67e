using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PetBreeds.Models;

/// <summary>The tensors of a module in PyTorch's order.</summary>
internal static class ModuleTensors
{
    /// <summary>
    /// Parameters and buffers in the order of PyTorch's <c>state_dict</c>: module by module, its parameters, then its buffers. (TorchSharp
    /// lists all parameters before all buffers.)
    /// </summary>
    public static IEnumerable<(string Name, Tensor Tensor)> NamedTensors(this Module module) =>
        module.TensorSlots().Select(slot => (slot.Name, slot.Tensor));

    /// <summary>The same, with the layer that owns each tensor.</summary>
    internal static IEnumerable<TensorSlot> TensorSlots(this Module module, string prefix = "")
    {
        foreach (var (name, parameter) in module.named_parameters(recurse: false))
            yield return new TensorSlot(prefix + name, parameter, module, name);
        foreach (var (name, buffer) in module.named_buffers(recurse: false))
            yield return new TensorSlot(prefix + name, buffer, module, name);
        foreach (var (name, child) in module.named_children())
        {
            foreach (var slot in child.TensorSlots($"{prefix}{name}."))
                yield return slot;
        }
    }
}
