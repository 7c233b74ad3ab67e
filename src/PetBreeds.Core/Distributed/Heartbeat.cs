using System.Diagnostics;
using System.Globalization;

namespace PetBreeds.Distributed;

/// <summary>
/// Each rank tells the next one that it is alive, and listens to the one before. A rank that falls silent would otherwise leave all others
/// waiting in a sum for good: a process that hangs or a machine that is gone, which a launcher does not notice.
/// </summary>
internal sealed unsafe class Heartbeat : IDisposable
{
    public const string TimeoutVariable = "PETBREEDS_RANK_TIMEOUT";

    private const byte Alive = 0, Farewell = 1;

    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(15), LongestInterval = TimeSpan.FromSeconds(2);

    /// <summary>Between two looks; a longer gap means that this process itself was held up, and counts no more than this.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200), LongestLook = TimeSpan.FromSeconds(1);

    private readonly MpiLibrary _mpi;
    private readonly nint _communicator;
    private readonly string[] _machines;
    private readonly TimeSpan _timeout;
    private readonly Action<string>? _lost;
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;

    /// <param name="mpi">MPI, which several threads may call.</param>
    /// <param name="communicator">For these messages only.</param>
    /// <param name="machines">The machine of each rank.</param>
    /// <param name="timeout">How long a rank may be silent.</param>
    /// <param name="lost">Receives the line that names the silent rank.</param>
    public Heartbeat(MpiLibrary mpi, nint communicator, string[] machines, TimeSpan timeout, Action<string>? lost)
    {
        (_mpi, _communicator, _machines, _timeout, _lost) = (mpi, communicator, machines, timeout, lost);
        _thread = new(Run) { IsBackground = true, Name = "heartbeat" };
        _thread.Start();
    }

    /// <summary>How long a rank may be silent, in the environment's words.</summary>
    public static TimeSpan Timeout(IReadOnlyDictionary<string, string> environment)
    {
        if (!environment.TryGetValue(TimeoutVariable, out var text) || text.Length == 0)
            return DefaultTimeout;
        return double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= 86400
            ? TimeSpan.FromSeconds(seconds)
            : throw new UserException($"'{text}' is no number of seconds from 1 to 86400", TimeoutVariable);
    }

    /// <summary>Says farewell to the next rank and waits for that of the one before, so that no message is under way.</summary>
    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    private void Run()
    {
        var size = _machines.Length;
        var rank = _mpi.Rank(_communicator);
        var before = (rank + size - 1) % size;
        try
        {
            Talk(before, (rank + 1) % size);
        }
        catch (UserException e)
        {
            End($"error: rank {before} ({_machines[before]}) or the next one cannot be reached ({e.Message}); the job ends");
        }
    }

    private void Talk(int before, int next)
    {
        byte said = Alive, heard;
        nint sending = 0, receiving = _mpi.Receive(&heard, before, _communicator);
        bool isSending = false, isListening = true;
        var interval = TimeSpan.FromTicks(Math.Min(LongestInterval.Ticks, _timeout.Ticks / 5));
        TimeSpan silence = default, sinceSaid = interval;
        var last = Stopwatch.GetTimestamp();
        while (isListening || isSending || said != Farewell)
        {
            var now = Stopwatch.GetTimestamp();
            var passed = TimeSpan.FromTicks(Math.Min(Stopwatch.GetElapsedTime(last, now).Ticks, LongestLook.Ticks));
            last = now;
            (silence, sinceSaid) = (silence + passed, sinceSaid + passed);

            if (isSending && _mpi.Test(ref sending))
                isSending = false;
            var stops = _stop.IsSet;
            if (!isSending && said != Farewell && (stops || sinceSaid >= interval))
            {
                said = stops ? Farewell : Alive;
                sending = _mpi.Send(&said, next, _communicator);
                (isSending, sinceSaid) = (true, default);
            }
            if (isListening && _mpi.Test(ref receiving))
            {
                silence = default;
                isListening = heard != Farewell;
                if (isListening)
                    receiving = _mpi.Receive(&heard, before, _communicator);
            }
            if (isListening && silence > _timeout)
                End($"error: rank {before} ({_machines[before]}) has not answered for {_timeout.TotalSeconds:0.#} s; the job ends");

            if (stops)
                Thread.Sleep(10);
            else
                _stop.Wait(Look);
        }
    }

    private void End(string line)
    {
        _lost?.Invoke(line);
        _mpi.Abort(1);
        Environment.Exit(1); // MPI_Abort returns only if it fails
    }
}
