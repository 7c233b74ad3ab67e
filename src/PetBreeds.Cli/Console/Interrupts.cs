using System.Runtime.InteropServices;

namespace PetBreeds.Cli.Console;

/// <summary>
/// Ctrl-C and the signals that ask a process to end. The first one cancels the work, which ends at its next step and saves. Where a step
/// takes longer than that, what must be done is done beside it, and the process ends. A second one ends it at once.
/// </summary>
internal sealed partial class Interrupts : IDisposable
{
    private readonly CancellationTokenSource _cancel = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _count;

    public Interrupts() => _registrations =
    [
        .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, Handle)),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _cancel.Token;

    /// <summary>What an interrupted process ends with: 128 and the number of the signal, as shells count.</summary>
    public static int Code { get; private set; } = ExitCode.Interrupted;

    /// <summary>How long the work may take to end.</summary>
    public static TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>What is done when the work has not ended in time; it may run beside the work.</summary>
    public static Action? LastWord { get; set; }

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
        new Thread(EndInTime) { IsBackground = true }.Start();
        _cancel.Cancel();
    }

    private static void EndInTime()
    {
        Thread.Sleep(Patience);
        try
        {
            LastWord?.Invoke();
        }
#pragma warning disable CA1031 // the process ends here; what cannot be saved beside the work must not end it otherwise
        catch (Exception e)
#pragma warning restore CA1031
        {
            System.Console.Error.WriteLine($"error: {e.Message}");
        }
        CommandAction.SayInterrupted();
        End();
    }

    /// <summary>Ends the process here and now: a regular exit would unload libtorch under the threads that compute in it.</summary>
    private static void End()
    {
        if (Terminal.IsLive)
            System.Console.Error.Write("\e[?25h"); // a live bar hides the cursor
        System.Console.Out.Flush();
        if (OperatingSystem.IsWindows())
            TerminateProcess(-1, (uint)Code); // -1: this one
        else
            ExitNow(Code);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitNow(int code);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool TerminateProcess(nint process, uint code);
}
