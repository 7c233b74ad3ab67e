using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PetBreeds.Models;

/// <summary>The tensors of a module in PyTorch's order.</summary>
public static class ModuleTensors
{
    /// <summary>
    /// Parameters and buffers as PyTorch's <c>state_dict</c> lists them: module by module, its parameters, then its buffers. (TorchSharp lists all
    /// parameters before all buffers.)
    /// </summary>
    public static IEnumerable<(string Name, Tensor Tensor)> NamedTensors(this Module module, string prefix = "")
    {
        foreach (var (name, parameter) in module.named_parameters(recurse: false))
            yield return (prefix + name, parameter);
        foreach (var (name, buffer) in module.named_buffers(recurse: false))
            yield return (prefix + name, buffer);
        foreach (var (name, child) in module.named_children())
        {
            foreach (var item in child.NamedTensors($"{prefix}{name}."))
                yield return item;
        }
    }
}
