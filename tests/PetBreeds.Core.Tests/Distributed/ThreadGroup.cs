using System.Diagnostics.CodeAnalysis;
using PetBreeds.Distributed;
using TorchSharp;

namespace PetBreeds.Tests.Distributed;

/// <summary>Ranks that are threads of this process, for tests of what is built on a process group.</summary>
internal sealed class ThreadGroup : IProcessGroup
{
    private readonly Shared _shared;

    private ThreadGroup(Shared shared, int rank) => (_shared, Rank) = (shared, rank);

    public int Rank { get; }

    public int Size => _shared.Blocks.Length;

    public int LocalRank => Rank;

    public int LocalSize => Size;

    /// <summary>Called before each sum; tests make memory run out here.</summary>
    public Action<torch.Tensor>? BeforeSum { get; set; }

    public string Description => $"{Size} threads";

    /// <summary>Runs all ranks and returns their results. The first failure ends all of them.</summary>
    public static T[] Run<T>(int size, Func<IProcessGroup, T> work)
    {
        var shared = new Shared(size);
        var results = new T[size];
        var failures = new Exception?[size];
        Thread[] threads = [.. Enumerable.Range(0, size).Select(rank => new Thread(() =>
        {
            try
            {
                results[rank] = work(new ThreadGroup(shared, rank));
            }
            catch (Exception e)
            {
                failures[rank] = e;
                shared.Stop.Cancel();
            }
        }))];
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        var cause = failures.OfType<Exception>().OrderBy(failure => failure is OperationCanceledException).FirstOrDefault();
        return cause is null ? results : throw cause;
    }

    public void Sum(torch.Tensor values)
    {
        BeforeSum?.Invoke(values);
        var all = Gather(values.bytes);
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        var sum = torch.zeros_like(values);
        foreach (var block in all) // in the same order on all ranks, so that they have the same bits
        {
            var part = torch.empty_like(values);
            block.CopyTo(part.bytes);
            sum = sum.add(part);
        }
        sum.bytes.CopyTo(values.bytes);
    }

    public void Broadcast(Span<byte> data, int root = 0) => Gather(data)[root].CopyTo(data);

    public byte[][] Gather(ReadOnlySpan<byte> data)
    {
        _shared.Blocks[Rank] = data.ToArray();
        Barrier();
        byte[][] all = [.. _shared.Blocks];
        Barrier();
        return all;
    }

    public void Barrier() => _shared.Meeting.SignalAndWait(_shared.Stop.Token);

    [DoesNotReturn]
    public void Abort(int code) => throw new InvalidOperationException($"aborted with {code}");

    public void Dispose()
    {
    }

    private sealed class Shared(int size)
    {
        public byte[][] Blocks { get; } = new byte[size][];

        public Barrier Meeting { get; } = new(size);

        public CancellationTokenSource Stop { get; } = new();
    }
}
