using System.Runtime.InteropServices;

namespace PetBreeds.Distributed;

/// <summary>
/// Puts the handlers of signals back as they were. MPI libraries, or what they load (UCX, for one), take SIGSEGV and others for
/// themselves; .NET then turns no null reference into an exception any more, but crashes. Does nothing on Windows.
/// </summary>
internal sealed unsafe partial class SignalHandlers : IDisposable
{
    private const int Last = 31;
    private const int Size = 256; // more than any struct sigaction, which starts with the handler

    private readonly byte[]?[] _handlers = new byte[]?[Last + 1];

    public SignalHandlers()
    {
        for (var signal = 1; signal <= Last && !OperatingSystem.IsWindows(); signal++)
        {
            var handler = new byte[Size];
            fixed (byte* old = handler)
            {
                if (Change(signal, null, old) == 0 && *(nint*)old != 0)
                    _handlers[signal] = handler;
            }
        }
    }

    public void Dispose()
    {
        for (var signal = 1; signal <= Last; signal++)
        {
            fixed (byte* handler = _handlers[signal])
            {
                if (handler != null)
                    _ = Change(signal, handler, null);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static partial int Change(int signal, byte* handler, byte* old);
}
