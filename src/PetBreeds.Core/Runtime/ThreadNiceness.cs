using System.Runtime.InteropServices;

namespace PetBreeds.Runtime;

/// <summary>Lets the calling thread give way to the process's other threads, for good.</summary>
internal static partial class ThreadNiceness
{
    private const int Process = 0; // PRIO_PROCESS; Linux takes a thread's number there (setpriority(2), "C library/kernel differences")
    private const int Niceness = 10; // a tenth of an ordinary thread's share where both want the core

    public static void Lower()
    {
        if (!OperatingSystem.IsLinux())
        {
            Thread.CurrentThread.Priority = ThreadPriority.BelowNormal; // without effect on Linux, hence the rest
            return;
        }
        try
        {
            _ = SetPriority(Process, GetThreadId(), Niceness); // where it fails, the thread runs as any other
        }
        catch (EntryPointNotFoundException)
        {
            // gettid came with glibc 2.30.
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int value);

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int GetThreadId();
}
