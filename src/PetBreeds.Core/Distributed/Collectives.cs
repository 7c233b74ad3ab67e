using System.Runtime.InteropServices;
using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Distributed;

/// <summary>What is built from the operations of a process group. All ranks must call each of them, in the same order.</summary>
internal static class Collectives
{
    /// <summary>Rank 0's answer, on all ranks; it travels as JSON.</summary>
    /// <param name="group">The group.</param>
    /// <param name="answer">Called on rank 0 only.</param>
    public static T FromFirst<T>(this IProcessGroup group, Func<T> answer)
    {
        if (group.Size == 1)
            return answer();
        var bytes = group.Rank == 0 ? JsonFile.Bytes(answer()) : [];
        long[] length = [bytes.LongLength];
        group.Broadcast(MemoryMarshal.AsBytes(length.AsSpan()));
        if (group.Rank > 0)
            bytes = new byte[length[0]];
        group.Broadcast(bytes);
        return JsonFile.Parse<T>(bytes);
    }

    /// <summary>Does jobs that need no other rank: each rank does its share of them, one after the other.</summary>
    /// <param name="group">The group.</param>
    /// <param name="count">Number of jobs.</param>
    /// <param name="job">Does the job of that number, counted from 0.</param>
    /// <returns>The results of all, in order, on every rank; they travel as JSON.</returns>
    public static T[] Jobs<T>(this IProcessGroup group, int count, Func<int, T> job)
    {
        var own = new List<T>();
        for (var i = group.Rank; i < count; i += group.Size)
            own.Add(job(i));
        if (group.Size == 1)
            return [.. own];
        var all = group.Gather(JsonFile.Bytes(own)).Select(JsonFile.Parse<T[]>).ToArray();
        return [.. Enumerable.Range(0, count).Select(i => all[i % group.Size][i / group.Size])];
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
