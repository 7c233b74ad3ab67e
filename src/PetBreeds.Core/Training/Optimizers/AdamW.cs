using PetBreeds.Runtime;
using PetBreeds.Training.State;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PetBreeds.Training.Optimizers;

/// <summary>
/// Adam (Kingma and Ba, 2015) with decoupled weight decay (Loshchilov and Hutter, 2019) and fastai's hyperparameters: second beta .99,
/// epsilon 1e-5, usually decay .01, applied before the step and not to norms and biases. The first beta is the schedule's momentum, given
/// at each step. A group is updated by one or two calls of libtorch's fused kernel, without reading anything back to the host.
/// </summary>
internal sealed class AdamW : IStateful, IDisposable
{
    private readonly AdamSet[] _sets;

    /// <param name="groups">Names and parameters of each group, body first, head last; already on their device.</param>
    /// <param name="weightDecay">Per unit of learning rate; 0 or more.</param>
    public AdamW(IReadOnlyList<IReadOnlyList<(string Name, Parameter Value)>> groups, double weightDecay)
        : this(groups, weightDecay, groups.SelectMany(group => group).All(item => DeviceTraits.Of(item.Value.device).HasFusedAdam))
    {
    }

    /// <param name="groups">As in the other constructor.</param>
    /// <param name="weightDecay">As in the other constructor.</param>
    /// <param name="fused">Whether to use the fused kernel; false loops over the parameters, for devices without the kernel.</param>
    internal AdamW(IReadOnlyList<IReadOnlyList<(string Name, Parameter Value)>> groups, double weightDecay, bool fused)
    {
        if (groups.All(group => group.Count == 0))
            throw new ArgumentException("there are no parameters to optimize", nameof(groups));
        Groups = groups.Count;
        _sets =
        [
            .. from entry in groups.Index()
               from kind in entry.Item.GroupBy(item => item.Value.dim() > 1) // norms and biases are vectors: no decay
               select new AdamSet(entry.Index, [.. kind], kind.Key ? weightDecay : 0, fused),
        ];
    }

    /// <summary>Number of parameter groups.</summary>
    public int Groups { get; }

    /// <summary>Updates every parameter that has a gradient.</summary>
    /// <param name="rates">A learning rate for each group.</param>
    /// <param name="momentum">The first beta.</param>
    public void Step(IReadOnlyList<double> rates, double momentum) => Step(rates, momentum, null, null);

    /// <summary>
    /// Unscales the gradients, then updates the parameters. If a gradient is not finite, nothing changes, not even the step count.
    /// </summary>
    /// <param name="rates">A learning rate for each group.</param>
    /// <param name="momentum">The first beta.</param>
    /// <param name="skip">float32 []: 1 skips the update; set to 1 if a gradient is not finite.</param>
    /// <param name="inverseScale">float32 []: the reciprocal of the scale of the loss, by which gradients are multiplied.</param>
    internal void Step(IReadOnlyList<double> rates, double momentum, Tensor? skip, Tensor? inverseScale)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        foreach (var set in _sets)
            set.TakeGradients();
        if (skip is not null)
        {
            foreach (var set in _sets)
                set.Unscale(skip, inverseScale!);
        }
        var advance = skip?.neg().AddInPlace(1); // float32 []: how many steps this one counts as, 1 or 0
        foreach (var set in _sets)
            set.Update(rates[set.Group], momentum, skip, advance);
    }

    /// <summary>Drops the gradients, so that the next backward pass sets them instead of accumulating.</summary>
    public void ZeroGradients()
    {
        foreach (var set in _sets)
            set.ZeroGradients();
    }

    /// <summary>Resets moments and step counts, as fastai does on freeze and unfreeze.</summary>
    public void Reset()
    {
        foreach (var set in _sets)
            set.Reset();
    }

    /// <summary>
    /// Moments and step counts, named by the parameter and PyTorch's suffixes: <c>NAME.exp_avg</c>, <c>NAME.exp_avg_sq</c>,
    /// <c>NAME.step</c>; only for parameters that were updated since the last <see cref="Reset"/>. The tensors belong to the optimizer:
    /// copy those to keep.
    /// </summary>
    public IReadOnlyDictionary<string, Tensor> State() =>
        _sets.SelectMany(set => set.State()).ToDictionary(item => item.Name, item => item.Value);

    /// <summary>Restores a copy of what <see cref="State"/> returned; all other moments are dropped.</summary>
    /// <exception cref="UserException">
    /// A tensor is missing, has another shape, or belongs to no parameter; nothing is restored then.
    /// </exception>
    public void Restore(IReadOnlyDictionary<string, Tensor> state)
    {
        var left = state.Keys.ToHashSet();
        foreach (var set in _sets)
            set.RequireFits(state, left);
        if (left.Count > 0)
            throw SavedState.Unfit("the optimizer", $"'{left.Min()}' does not belong to any parameter");
        foreach (var set in _sets)
            set.Restore(state);
    }

    /// <summary>Frees the state.</summary>
    public void Dispose() => Reset();
}
