using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PetBreeds.Models;

/// <summary>
/// The slot of one tensor in a network. A network created on the <c>META</c> device has shapes but no elements; its slots are then filled
/// from a weight file, which saves drawing and copying initial weights that would be discarded (PyTorch: <c>torch.nn.utils.skip_init</c>).
/// </summary>
/// <param name="Name">As in PyTorch's <c>state_dict</c>: "layer1.0.conv1.weight".</param>
/// <param name="Tensor">The current tensor.</param>
/// <param name="Owner">The layer.</param>
/// <param name="Field">The tensor's name in the layer, such as "weight".</param>
internal sealed record TensorSlot(string Name, Tensor Tensor, Module Owner, string Field)
{
    /// <summary>
    /// Replaces the tensor; <paramref name="value"/> then belongs to the layer. It is converted to the element type of the old tensor.
    /// </summary>
    /// <param name="value">The new tensor, on the CPU, of the same shape.</param>
    public void Put(Tensor value)
    {
        if (value.dtype != Tensor.dtype)
        {
            using var stored = value;
            value = stored.to(Tensor.dtype);
        }
        switch (Owner, Field)
        {
            case (Conv2d layer, "weight"): layer.weight = Parameter(value); break;
            case (Conv2d layer, "bias"): layer.bias = Parameter(value); break;
            case (Linear layer, "weight"): layer.weight = Parameter(value); break;
            case (Linear layer, "bias"): layer.bias = Parameter(value); break;
            case (LayerNorm layer, "weight"): layer.weight = Parameter(value); break;
            case (LayerNorm layer, "bias"): layer.bias = Parameter(value); break;
            case (ConvNeXtBlock block, "layer_scale"): block.LayerScale = Parameter(value); break;
            case (NormBase layer, "weight"): layer.weight = Parameter(value); break;
            case (NormBase layer, "bias"): layer.bias = Parameter(value); break;
            case (NormBase layer, "running_mean"): layer.running_mean = value; break;
            case (NormBase layer, "running_var"): layer.running_var = value; break;
            case (NormBase layer, "num_batches_tracked"): layer.num_batches_tracked = value; break;
            default: throw new InvalidOperationException($"{Name}: a tensor cannot be assigned to a {Owner.GetName()}");
        }
    }
}
