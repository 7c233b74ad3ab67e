namespace PetBreeds.Cli.Console;

/// <summary>Calls back on the reporting thread, in order (System.Progress posts to the thread pool, out of order).</summary>
internal sealed class Direct<T>(Action<T> report) : IProgress<T>
{
    private readonly Lock _gate = new();

    public void Report(T value)
    {
        lock (_gate)
            report(value);
    }
}
