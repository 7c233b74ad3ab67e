using System.Collections.Concurrent;
using PetBreeds.Pixels;
using static TorchSharp.torch;

namespace PetBreeds.Evaluation.Serving;

/// <summary>
/// Threads of their own that decode photos, so that neither the network nor a web server's threads wait for it. Several queues may share
/// them. How much is handed to them is for those who hand it to bound.
/// </summary>
internal sealed class DecodeThreads : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread[] _threads;
    private readonly CountdownEvent _prepared;
    private readonly Lock _gate = new();

    /// <summary>Starts them.</summary>
    public DecodeThreads(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        _threads = [.. Enumerable.Range(0, count).Select(_ => new Thread(Run) { IsBackground = true, Name = "decoder" })];
        _prepared = new CountdownEvent(count);
        foreach (var thread in _threads)
            thread.Start();
    }

    /// <summary>Prepares them for work that uses libtorch, which is loaded if that has not been done.</summary>
    public void UseTorch()
    {
        lock (_gate)
        {
            if (_prepared.IsSet)
                return;
            // A thread keeps the number of OpenMP threads it finds when it first uses torch: each scales on one core, the network computes
            // on all.
            using var alone = new SingleThreadedTorch();
            foreach (var _ in _threads)
                Add(Prepare);
            _prepared.Wait();
        }
    }

    /// <summary>Hands work to the next thread that is free. It must catch its own exceptions.</summary>
    public void Add(Action work) => _work.Add(work);

    /// <summary>Ends the threads when what was handed to them is done.</summary>
    public void Dispose()
    {
        _work.CompleteAdding();
        foreach (var thread in _threads)
            thread.Join();
        _work.Dispose();
        _prepared.Dispose();
    }

    /// <summary>Ends when all are here, so that each takes it once.</summary>
    private void Prepare()
    {
        get_num_threads();
        _prepared.Signal();
        _prepared.Wait();
    }

    private void Run()
    {
        foreach (var work in _work.GetConsumingEnumerable())
            work();
    }
}
