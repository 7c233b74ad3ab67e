using System.Diagnostics.CodeAnalysis;
using static TorchSharp.torch;

namespace PetBreeds.Distributed;

/// <summary>A process that works alone: there is nobody to talk to.</summary>
internal sealed class SingleProcess : IProcessGroup
{
    public static readonly SingleProcess Instance = new(localRank: 0, localSize: 1);

    /// <summary>One of several processes of this machine that work side by side, each for itself.</summary>
    public SingleProcess(int localRank, int localSize) => (LocalRank, LocalSize) = (localRank, localSize);

    public int Rank => 0;

    public int Size => 1;

    public int LocalRank { get; }

    public int LocalSize { get; }

    public string Description => "one process";

    public void Sum(Tensor values)
    {
    }

    public void Broadcast(Span<byte> data, int root = 0)
    {
    }

    public byte[][] Gather(ReadOnlySpan<byte> data) => [data.ToArray()];

    public void Barrier()
    {
    }

    [DoesNotReturn]
    public void Abort(int code) => Environment.Exit(code);

    public void Dispose()
    {
    }
}
