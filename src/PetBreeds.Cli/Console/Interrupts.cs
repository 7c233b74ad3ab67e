using System.Runtime.InteropServices;

namespace PetBreeds.Cli.Console;

/// <summary>
/// Handles Ctrl-C and the termination signals. The first one cancels the work, which stops after its current step and saves. If that takes
/// too long, <see cref="OnTimeout"/> saves from another thread and the process exits. A second one exits at once. Where MPI's launcher
/// started several processes that train together, the first one saves; the others give it time to, and exit.
/// </summary>
internal sealed partial class Interrupts : IDisposable
{
    private static readonly TimeSpan TimeToSave = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _cancel = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _count;

    public Interrupts() => _registrations =
    [
        .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }
            .Select(signal => PosixSignalRegistration.Create(signal, Handle)),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _cancel.Token;

    /// <summary>The exit code of an interrupted process: 128 plus the signal number, as in shells.</summary>
    public static int Code { get; private set; } = ExitCode.Interrupted;

    /// <summary>How long the work may take to stop.</summary>
    public static TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Called when the work has not stopped in time; it may run at the same time as the work.</summary>
    public static Action? OnTimeout { get; set; }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _cancel.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        Code = context.Signal switch { PosixSignal.SIGTERM => 143, PosixSignal.SIGHUP => 129, _ => ExitCode.Interrupted };
        if (Interlocked.Increment(ref _count) > 1)
            End();
        if (Ranks.IsEnding)
            End(); // mpirun asks all ranks to exit after one has failed
        if (Ranks.IsFollower && !Ranks.HaveJobs)
        {
            new Thread(EndAfterFirst) { IsBackground = true }.Start();
            return;
        }
        new Thread(EndInTime) { IsBackground = true }.Start();
        _cancel.Cancel();
    }

    private static void EndAfterFirst()
    {
        Thread.Sleep(TimeToSave);
        End();
    }

    private static void EndInTime()
    {
        Thread.Sleep(Patience);
        try
        {
            OnTimeout?.Invoke();
        }
#pragma warning disable CA1031 // the process exits here; a failure to save must not change how
        catch (Exception e)
#pragma warning restore CA1031
        {
            System.Console.Error.WriteLine($"error: {e.Message}");
        }
        CommandAction.PrintInterrupted();
        Ranks.WaitForOthers();
        End();
    }

    /// <summary>Exits at once: a regular exit would unload libtorch while threads still compute in it.</summary>
    private static void End()
    {
        if (Terminal.IsLive)
            System.Console.Error.Write("\e[?25h"); // a live bar hides the cursor
        System.Console.Out.Flush();
        if (OperatingSystem.IsWindows())
            TerminateProcess(-1, (uint)Code); // -1: this process
        else
            ExitNow(Code);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitNow(int code);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool TerminateProcess(nint process, uint code);
}
