using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PetBreeds.Models;

/// <summary>
/// A network without its classifier, under torchvision's tensor names. float32 [N,3,H,W], normalised → the last feature map [N,
/// features, h, w].
/// </summary>
/// <param name="plan">Which network it is.</param>
internal abstract class Body(Architecture plan) : Module<Tensor, Tensor>(plan.Name)
{
    /// <summary>Which network it is.</summary>
    public Architecture Plan { get; } = plan;

    /// <summary>The early layers (fastai's first parameter group) and the late ones (its second).</summary>
    public abstract IReadOnlyList<IReadOnlyList<Module>> Groups { get; }

    /// <summary>What torchvision's classifier sees of a feature map: its mean over all places.</summary>
    /// <param name="map">float [N, features, h, w], from <see cref="Module{T, TResult}.forward"/>.</param>
    /// <returns>float32 [N, features] (float64 from float64).</returns>
    public virtual Tensor Pool(Tensor map) =>
        map.mean([2, 3], type: map.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32);

    /// <summary>
    /// What <see cref="Module{T, TResult}.forward"/> computes, block by block: the name of each and its output, for a look into the
    /// network. The next block may overwrite it.
    /// </summary>
    internal abstract IEnumerable<(string Name, Tensor Output)> Walk(Tensor input);
}
