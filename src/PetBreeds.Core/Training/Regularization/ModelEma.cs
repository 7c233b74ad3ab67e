using PetBreeds.Models;
using PetBreeds.Runtime;
using PetBreeds.Training.State;
using static TorchSharp.torch;

namespace PetBreeds.Training.Regularization;

/// <summary>
/// Exponential moving average of a network's weights and buffers (Polyak and Juditsky, 1992; Tarvainen and Valpola, 2017): evaluated and
/// saved instead of the current weights. It forgets faster at first, so that the initial weights do not linger: the decay at step t is the
/// smaller of the given decay and 1 − (1 + t)^−⅔, as in timm's <c>ModelEmaV3</c> with warm-up. Counts (int64 buffers) are copied.
/// </summary>
internal sealed class ModelEma : IStateful, IDisposable
{
    private const double WarmupPower = 2.0 / 3; // timm's

    private readonly double _decay;
    private readonly string[] _names;
    private readonly Tensor[] _live, _average; // float32
    private readonly string[] _countNames;
    private readonly Tensor[] _liveCounts, _counts;
    private long _updates;

    /// <param name="model">The network, on its device; its tensors are read at every update.</param>
    /// <param name="decay">Decay, above 0 and below 1.</param>
    public ModelEma(nn.Module model, double decay)
    {
        using var scope = NewDisposeScope();
        _decay = decay;
        var all = model.NamedTensors().ToLookup(item => item.Tensor.is_floating_point());
        (_names, _live) = ([.. all[true].Select(item => item.Name)], [.. all[true].Select(item => item.Tensor)]);
        (_countNames, _liveCounts) = ([.. all[false].Select(item => item.Name)], [.. all[false].Select(item => item.Tensor)]);
        (_average, _counts) = (Copies(_live), Copies(_liveCounts));
    }

    /// <summary>Updates the average with the weights after a step.</summary>
    public void Update()
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var decay = Math.Min(_decay, 1 - Math.Pow(1 + _updates++, -WarmupPower));
        var weight = TensorMath.Full(1 - decay, _live[0].device);
        using var call = new AtenCall("aten::_foreach_lerp_", "List");
        call.Add(_average).Add(_live).Add([.. Enumerable.Repeat(weight, _live.Length)]).Run();
        Copy(_counts, _liveCounts);
    }

    /// <summary>Restarts from the network's current weights.</summary>
    public void Reset()
    {
        _updates = 0;
        Copy(_average, _live);
        Copy(_counts, _liveCounts);
    }

    /// <summary>Puts the average into the network until the returned object is disposed.</summary>
    public IDisposable Apply()
    {
        var kept = new Kept(this, Copies(_live), Copies(_liveCounts));
        CopyToModel();
        return kept;
    }

    /// <summary>Puts the average into the network for good.</summary>
    public void CopyToModel()
    {
        Copy(_live, _average);
        Copy(_liveCounts, _counts);
    }

    /// <summary>
    /// The averages under the network's names, and <c>updates</c> (int64 []). The averages belong to this object: copy those to keep.
    /// </summary>
    public IReadOnlyDictionary<string, Tensor> State()
    {
        var state = _names.Zip(_average).Concat(_countNames.Zip(_counts)).ToDictionary(item => item.First, item => item.Second);
        state["updates"] = tensor(_updates);
        return state;
    }

    /// <summary>Restores what <see cref="State"/> returned.</summary>
    /// <exception cref="UserException">A tensor is missing or has another shape; nothing is restored then.</exception>
    public void Restore(IReadOnlyDictionary<string, Tensor> state)
    {
        const string Owner = "the averaged weights";
        Tensor[] averages = [.. _names.Zip(_live, (name, live) => SavedState.Require(state, Owner, name, live.dtype, live.shape))];
        Tensor[] counts = [.. _countNames.Zip(_liveCounts, (name, live) => SavedState.Require(state, Owner, name, live.dtype, live.shape))];
        _updates = (long)HostRead.Values(SavedState.Require(state, Owner, "updates", ScalarType.Int64, []))[0];
        using var noGradients = no_grad();
        foreach (var (to, from) in _average.Zip(averages).Concat(_counts.Zip(counts)))
            to.copy_(from);
    }

    /// <summary>Frees the averages.</summary>
    public void Dispose() => Free([.. _average, .. _counts]);

    private static Tensor[] Copies(Tensor[] tensors)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        return [.. tensors.Select(tensor => tensor.detach().clone().DetachFromDisposeScope())];
    }

    private static void Copy(Tensor[] to, Tensor[] from)
    {
        if (to.Length == 0)
            return;
        using var noGradients = no_grad();
        using var call = new AtenCall("aten::_foreach_copy_");
        call.Add(to).Add(from).Add(false).Run();
    }

    private static void Free(Tensor[] tensors)
    {
        foreach (var tensor in tensors)
            tensor.Dispose();
    }

    private sealed class Kept(ModelEma owner, Tensor[] live, Tensor[] counts) : IDisposable
    {
        public void Dispose()
        {
            Copy(owner._live, live);
            Copy(owner._liveCounts, counts);
            Free([.. live, .. counts]);
        }
    }
}
