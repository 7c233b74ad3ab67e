using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Training;

/// <summary>A copy of a network's buffers, the statistics of its batch norms, to go back to when a step has failed half-way.</summary>
internal sealed class BufferCopy : IDisposable
{
    private readonly (Tensor[] Live, Tensor[] Saved)[] _byType; // one call copies tensors of one type in one kernel
    private readonly Dictionary<string, Tensor> _byName;

    public BufferCopy(nn.Module network)
    {
        using var scope = NewDisposeScope();
        var pairs = network.named_buffers().Select(item => (item.name, Live: item.buffer, Saved: empty_like(item.buffer).DetachFromDisposeScope())).ToArray();
        _byName = pairs.ToDictionary(pair => pair.name, pair => pair.Saved);
        _byType = [.. pairs.GroupBy(pair => pair.Live.dtype).Select(group => (group.Select(p => p.Live).ToArray(), group.Select(p => p.Saved).ToArray()))];
    }

    /// <summary>The copy of a buffer; null where the network has none of that name.</summary>
    public Tensor? Saved(string name) => _byName.GetValueOrDefault(name);

    public void Save()
    {
        foreach (var (live, saved) in _byType)
            Copy(saved, live);
    }

    public void Restore()
    {
        foreach (var (live, saved) in _byType)
            Copy(live, saved);
    }

    public void Dispose()
    {
        foreach (var tensor in _byType.SelectMany(item => item.Saved))
            tensor.Dispose();
    }

    private static void Copy(Tensor[] to, Tensor[] from)
    {
        using var noGradients = no_grad();
        using var call = new AtenCall("aten::_foreach_copy_");
        call.Add(to).Add(from).Add(false).Run(); // false: not non_blocking
    }
}
