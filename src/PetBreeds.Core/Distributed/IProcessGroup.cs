using System.Diagnostics.CodeAnalysis;
using static TorchSharp.torch;

namespace PetBreeds.Distributed;

/// <summary>The processes (ranks) that train together, seen from one of them. All must call its operations, in the same order.</summary>
internal interface IProcessGroup : IDisposable
{
    /// <summary>Index of this process, from 0.</summary>
    int Rank { get; }

    /// <summary>Number of processes.</summary>
    int Size { get; }

    /// <summary>Index of this process among those of its machine.</summary>
    int LocalRank { get; }

    /// <summary>Number of processes on this machine.</summary>
    int LocalSize { get; }

    /// <summary>A description such as "Open MPI 4.1.4, 4 ranks on 2 machines".</summary>
    string Description { get; }

    /// <summary>Adds up a tensor over all ranks, in place.</summary>
    void Sum(Tensor values);

    /// <summary>Sends data from one rank to all others.</summary>
    void Broadcast(Span<byte> data, int root = 0);

    /// <summary>Gathers everyone's data, in the order of the ranks.</summary>
    byte[][] Gather(ReadOnlySpan<byte> data);

    /// <summary>Waits for all ranks.</summary>
    void Barrier();

    /// <summary>Ends all ranks.</summary>
    [DoesNotReturn]
    void Abort(int code);
}
