using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PetBreeds.Models;

/// <summary>
/// A network without its classifier, with torchvision's tensor names. float32 [N,3,H,W], normalised → the last feature map [N, features, h,
/// w].
/// </summary>
/// <param name="plan">The network's architecture.</param>
internal abstract class Body(Architecture plan) : Module<Tensor, Tensor>(plan.Name)
{
    /// <summary>The network's architecture.</summary>
    public Architecture Plan { get; } = plan;

    /// <summary>The early layers (fastai's first parameter group) and the late ones (its second).</summary>
    public abstract IReadOnlyList<IReadOnlyList<Module>> Groups { get; }

    /// <summary>Pools a feature map as torchvision's classifier does: its mean over all positions.</summary>
    /// <param name="map">float [N, features, h, w], from <see cref="Module{T, TResult}.forward"/>.</param>
    /// <returns>float32 [N, features] (float64 for float64 input).</returns>
    public virtual Tensor Pool(Tensor map) =>
        map.mean([2, 3], type: map.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32);

    /// <summary>
    /// Computes <see cref="Module{T, TResult}.forward"/> block by block and returns the name and output of each block, for inspection. The
    /// next block may overwrite an output.
    /// </summary>
    internal abstract IEnumerable<(string Name, Tensor Output)> Walk(Tensor input);
}
