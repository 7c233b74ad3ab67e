using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace PetBreeds.Distributed;

/// <summary>What is built from the operations of a process group. All ranks must call each of them, in the same order.</summary>
internal static class Collectives
{
    /// <summary>Rank 0's answer, on all ranks.</summary>
    /// <param name="group">The group.</param>
    /// <param name="answer">Called on rank 0 only.</param>
    public static byte[] FromFirst(this IProcessGroup group, Func<byte[]> answer)
    {
        if (group.Size == 1)
            return answer();
        var bytes = group.Rank == 0 ? answer() : [];
        long[] length = [bytes.LongLength];
        group.Broadcast(MemoryMarshal.AsBytes(length.AsSpan()));
        if (group.Rank > 0)
            bytes = new byte[length[0]];
        group.Broadcast(bytes);
        return bytes;
    }

    /// <summary>This process without the others, for work that each does by itself.</summary>
    public static IProcessGroup Alone(this IProcessGroup group) =>
        group.Size == 1 ? group : new SingleProcess(group.LocalRank, group.LocalSize);

    /// <summary>Rank 0's number, on all ranks: what is measured differs between them, but they must decide alike.</summary>
    public static double FromFirst(this IProcessGroup group, double value)
    {
        double[] values = [value];
        group.Broadcast(MemoryMarshal.AsBytes(values.AsSpan()));
        return values[0];
    }

    /// <summary>Overwrites a tensor on any device with that of rank 0.</summary>
    public static void FromFirst(this IProcessGroup group, Tensor values)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var host = values.detach().to(CPU).contiguous();
        group.Broadcast(host.bytes);
        if (group.Rank > 0)
            values.copy_(host);
    }

    /// <summary>Adds up numbers over all ranks, which are on the host: nothing is read from a device.</summary>
    public static double[] Sum(this IProcessGroup group, double[] values)
    {
        using var sums = tensor(values);
        group.Sum(sums);
        return sums.data<double>().ToArray();
    }

    /// <summary>Makes sure that all ranks have the same.</summary>
    /// <param name="group">The group.</param>
    /// <param name="hash">Of what this rank has.</param>
    /// <param name="what">What it is, in the plural.</param>
    /// <param name="remedy">What to do if it differs.</param>
    /// <exception cref="UserException">It differs; all ranks throw.</exception>
    public static void RequireSame(this IProcessGroup group, byte[] hash, string what, string remedy)
    {
        var hashes = group.Gather(hash);
        int[] others = [.. hashes.Index().Where(entry => !entry.Item.SequenceEqual(hashes[0])).Select(entry => entry.Index)];
        if (others.Length > 0)
            throw new UserException($"the processes have different {what}: rank {string.Join(", ", others)} differs from rank 0", null,
                remedy);
    }

    /// <summary>Everyone's numbers, in the order of the ranks; their counts may differ.</summary>
    public static T[][] Gather<T>(this IProcessGroup group, T[] values) where T : unmanaged =>
        [.. group.Gather(MemoryMarshal.AsBytes(values.AsSpan())).Select(block => MemoryMarshal.Cast<byte, T>(block).ToArray())];
}
