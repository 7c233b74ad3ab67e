using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Training;

/// <summary>A copy of a network's buffers, the statistics of its batch norms, to go back to when a step has failed half-way.</summary>
internal sealed class BufferCopy : IDisposable
{
    private readonly (Tensor[] Live, Tensor[] Saved)[] _byType; // one call copies tensors of one type in one kernel

    public BufferCopy(nn.Module network)
    {
        using var scope = NewDisposeScope();
        _byType =
        [
            .. network.buffers().GroupBy(buffer => buffer.dtype)
                .Select(group => (group.ToArray(), group.Select(buffer => empty_like(buffer).DetachFromDisposeScope()).ToArray())),
        ];
    }

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
