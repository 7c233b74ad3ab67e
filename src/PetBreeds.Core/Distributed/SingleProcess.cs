using System.Diagnostics.CodeAnalysis;
using static TorchSharp.torch;

namespace PetBreeds.Distributed;

/// <summary>A process that works alone: there is nobody to talk to.</summary>
internal sealed class SingleProcess : IProcessGroup
{
    public static readonly SingleProcess Instance = new();

    private SingleProcess()
    {
    }

    public int Rank => 0;

    public int Size => 1;

    public int LocalRank => 0;

    public int LocalSize => 1;

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
