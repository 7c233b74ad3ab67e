using PetBreeds.Models;
using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Training.State;

/// <summary>
/// A network's state after the last complete step. While a step is in progress, its parameters are unchanged, but its buffers (the
/// statistics of the batch norms) change in the forward pass, so this keeps a copy of them.
/// </summary>
internal sealed class ModelState : IStateful, IDisposable
{
    private readonly nn.Module _model;
    private readonly (Tensor[] Live, Tensor[] Saved)[] _byType; // one call copies all tensors of a type in one kernel
    private readonly Dictionary<string, Tensor> _saved;
    private bool _stepping;

    public ModelState(nn.Module model)
    {
        using var scope = NewDisposeScope();
        _model = model;
        var pairs = model.named_buffers()
            .Select(item => (item.name, Live: item.buffer, Saved: empty_like(item.buffer).DetachFromDisposeScope())).ToArray();
        _saved = pairs.ToDictionary(pair => pair.name, pair => pair.Saved);
        _byType = [.. pairs.GroupBy(pair => pair.Live.dtype)
            .Select(group => (group.Select(p => p.Live).ToArray(), group.Select(p => p.Saved).ToArray()))];
    }

    /// <summary>Marks the beginning of a step.</summary>
    public void BeginStep()
    {
        foreach (var (live, saved) in _byType)
            Copy(saved, live);
        _stepping = true;
    }

    /// <summary>Marks the end of the step: parameters and buffers are consistent again.</summary>
    public void EndStep() => _stepping = false;

    /// <summary>Restores the buffers to the beginning of the step.</summary>
    public void UndoBuffers()
    {
        foreach (var (live, saved) in _byType)
            Copy(live, saved);
    }

    /// <summary>The gradients of the parameters that have one.</summary>
    public IEnumerable<Tensor> Gradients() => _model.parameters().Select(parameter => parameter.grad).OfType<Tensor>();

    /// <summary>The floating-point buffers, now and at the beginning of the step.</summary>
    public (IReadOnlyList<Tensor> Now, IReadOnlyList<Tensor> Before) Statistics()
    {
        var floats = _byType.Where(type => type.Live[0].is_floating_point()).ToArray();
        return ([.. floats.SelectMany(type => type.Live)], [.. floats.SelectMany(type => type.Saved)]);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> State() => _model.NamedTensors().ToDictionary(
        item => item.Name, item => _stepping && _saved.TryGetValue(item.Name, out var saved) ? saved : item.Tensor);

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, Tensor> state)
    {
        using var noGradients = no_grad();
        foreach (var (name, value) in _model.NamedTensors())
            value.copy_(SavedState.Require(state, "the network", name, value.dtype, value.shape));
        _stepping = false;
    }

    /// <summary>Frees the copies.</summary>
    public void Dispose()
    {
        foreach (var tensor in _saved.Values)
            tensor.Dispose();
    }

    private static void Copy(Tensor[] to, Tensor[] from)
    {
        using var noGradients = no_grad();
        using var call = new AtenCall("aten::_foreach_copy_");
        call.Add(to).Add(from).Add(false).Run(); // false: not non_blocking
    }
}
