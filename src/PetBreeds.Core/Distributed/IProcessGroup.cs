using System.Diagnostics.CodeAnalysis;
using static TorchSharp.torch;

namespace PetBreeds.Distributed;

/// <summary>
/// One of the processes (ranks) that work together. All ranks make the same calls in the same order, from one thread at a time;
/// <see cref="Abort"/> may be called at any time.
/// </summary>
internal interface IProcessGroup : IDisposable
{
    /// <summary>The number of this process: 0 … <see cref="Size"/> − 1.</summary>
    int Rank { get; }

    /// <summary>The number of ranks.</summary>
    int Size { get; }

    /// <summary>The number of this process among the ranks of its machine.</summary>
    int LocalRank { get; }

    /// <summary>The number of ranks on this machine.</summary>
    int LocalSize { get; }

    /// <summary>For people, such as "Open MPI 4.1.4, 4 ranks on 2 machines".</summary>
    string Description { get; }

    /// <summary>Replaces the values by their sum over all ranks: the same bits on every rank.</summary>
    /// <param name="values">
    /// Contiguous: float32, float64, or bfloat16, which may be rounded at each addition. All ranks pass the same type and length.
    /// </param>
    void Sum(Tensor values);

    /// <summary>Copies the root's bytes to all ranks; every rank passes the same length, however many.</summary>
    void Broadcast(Span<byte> data, int root = 0);

    /// <summary>Collects a block from every rank, of any length.</summary>
    /// <returns>All blocks, in the order of the ranks, on every rank.</returns>
    byte[][] Gather(ReadOnlySpan<byte> data);

    /// <summary>Waits until all ranks are here.</summary>
    void Barrier();

    /// <summary>Ends all ranks at once, without cleaning up.</summary>
    [DoesNotReturn]
    void Abort(int code);
}
